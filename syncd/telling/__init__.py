"""What the store says, as JSON documents and sentences for people: shared by commands and pages.

Also the decisions that people record, so that each is recorded in one way. Nothing here prints,
answers a request or asks a vendor.
"""
