"""What proves a visit: the signature, the job sheet, the invoice, and how they are named.

Pure: values in, values out. No clock, no network, no store and no settings; the same values give
the same bytes. A PDF is built of the fonts in `fonts/`, and of one more where the caller names it.
Nothing here writes a name, a phone or a signature anywhere but into the document that is asked for.
"""
