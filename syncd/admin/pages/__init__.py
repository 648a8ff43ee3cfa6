"""The pages of the admin endpoint, for people who are no programmers: the store, to look at.

They show the documents of `syncd.telling` and record decisions through it; they say nothing that a
command does not say, and nothing here asks a vendor.
"""

from fastapi import APIRouter

from syncd.admin.pages import (
    assets,
    configuration,
    cycles,
    evidence,
    inbox,
    invoices,
    outbox,
    overview,
    together,
    work,
)
from syncd.admin.pages.frame import error_page, sign_in_page

__all__ = ["error_page", "router", "sign_in_page"]

router = APIRouter(include_in_schema=False)
for part in (
    assets,
    overview,
    work,
    evidence,
    together,
    inbox,
    invoices,
    outbox,
    cycles,
    configuration,
):
    router.include_router(part.router)
