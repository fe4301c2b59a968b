"""What the API says of who its users are, for pages that sign them in, and of what such a page may show."""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

from pydantic import Field

from recommend.api.response_models.beers import ResponseModel
from taproom.names import Access


class SignIn(ResponseModel):
    """How a page signs a user in, all but `access` null where it can't; and where pictures of beers may come from."""

    access: Access
    client_id: str | None = Field(description="Of the page, for the authorization code flow with PKCE")
    username_claim: str | None = Field(description="The claim of an access token that holds the username")
    issuer: str | None = Field(description="With `oidc`: its discovery document has the addresses")
    authorize: str | None = Field(description="With `cognito`: where a user signs in")
    token: str | None = Field(description="With `cognito`: where a code becomes a token")
    sign_out: str | None = Field(description="With `cognito`: where a user signs out")
    image_origin: str | None = Field(description="The page shows a beer's `image_url` of this origin; null: no picture")

    @classmethod
    def of(cls, access: Access, url: str, client_id: str, username_claim: str, image_origin: str = "") -> Self:
        """By the settings: `url` is a user pool's domain, or the issuer; all but `access` may be empty."""
        can = bool(url and client_id)
        cognito = access is Access.COGNITO and can
        return cls(
            access=access,
            client_id=client_id if can else None,
            username_claim=username_claim if can else None,
            issuer=url if access is Access.OIDC and can else None,
            authorize=f"{url}/oauth2/authorize" if cognito else None,
            token=f"{url}/oauth2/token" if cognito else None,
            sign_out=f"{url}/logout" if cognito else None,
            image_origin=image_origin or None,
        )

    @property
    def origin(self) -> str | None:
        """The one other site that the page has to ask."""
        parts = urlsplit(self.token or self.issuer or "")
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else None
