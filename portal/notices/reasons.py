"""Why a message has not left, in words for the desk: what happened and what to do; a gateway's own word beside it.

Tencent's codes: cloud.tencent.com/document/api/382/59177; Alibaba's: alibabacloud.com/help/en/sms.
"""

from dataclasses import dataclass

from portal.i18n import N_, gettext
from portal.notices.gateways import LATER
from portal.notices.models import BUDGET, NO_GATEWAY, STATION, TOO_LATE

OURS = {
    NO_GATEWAY: N_("not by SMS; it stands on the seller's page"),
    BUDGET: N_("leaves tomorrow morning"),
    STATION: N_("not sent: the station tells the seller"),
    TOO_LATE: N_("not sent: it was too late for it"),
}
# What we saw ourselves: no code that a provider would know.
SEEN = {
    "no line": N_(
        "The SMS gateway could not be reached. It is tried again by itself, six times at most. If it lasts, look at "
        "the network of this machine and at PORTAL_SMS_URL."
    ),
    "no answer": N_(
        "The SMS gateway did not answer: the message may have arrived all the same. It is tried again only where "
        "nobody would get it twice. If it happens often, ask the provider."
    ),
    "interrupted": N_(
        "The sending was cut off in the middle: the message may have arrived. It is tried again only where nobody "
        "would get it twice. If it matters, ring the person."
    ),
    "odd answer": N_(
        "The SMS gateway answered something that we do not understand: the message may have arrived. It is not tried "
        "again. Ask the provider."
    ),
}
KEY = N_(
    "The SMS gateway refused our key. Look at PORTAL_SMS_SECRET, and with Tencent or Alibaba Cloud at PORTAL_SMS_KEY; "
    "until they are right nothing leaves."
)
ADDRESS = N_("Nobody takes messages at PORTAL_SMS_URL. Look at the address, or ask whoever runs the gateway.")
MANY = N_(
    "Too many messages at once, or to one phone. What may go later is tried again by itself, six times at most. If it "
    "happens often, ask the provider for more."
)
ILL = N_(
    "The SMS gateway is out of order. It is tried again by itself, six times at most. If it lasts, ask the provider."
)
MONEY = N_("The account with the provider is used up. Pay in; until then nothing leaves.")
UNAPPROVED = N_(
    "The provider has not approved the signature or the text. Look at PORTAL_SMS_SIGN, PORTAL_SMS_APP and the "
    "PORTAL_SMS_TEMPLATE_ settings."
)
NUMBER = N_("The provider sends nothing to this number. Ring the person; a code from the office opens the portal.")
REFUSED = N_("The SMS gateway did not take this message. Tell the provider the code that stands here, and ask why.")
HTTP = {
    **{f"http {status}": ILL for status in LATER},
    **{f"http {status}": ADDRESS for status in (301, 302, 303, 307, 308, 404, 405, 410)},
    "http 401": KEY,
    "http 403": KEY,
    "http 402": MONEY,
    "http 429": MANY,
}
# A part of a provider's word, and what it is about; the first that fits.
PARTS = (
    (("AuthFailure", "Unauthorized", "AccessKey", "SignatureDoesNotMatch", "Forbidden", "NoPermission"), KEY),
    (("Limit", "LIMIT", "Throttling"), MANY),
    (("Balance", "AMOUNT", "OUT_OF_SERVICE", "Arrears"), MONEY),
    (("Internal", "Unavailable", "isp.", "SYSTEM_ERROR"), ILL),
    (("Number", "NUMBER", "Blacklist", "BLACK"), NUMBER),
    (("Sign", "SIGN", "Template", "TEMPLATE", "SdkAppId"), UNAPPROVED),
)


@dataclass(frozen=True)
class Why:
    """What happened and what to do; `code` is the gateway's word, and `ours` that it was meant so."""

    words: str
    code: str
    ours: bool


def why(error: str) -> Why:
    """The reason of a notice in words; empty where there is none."""
    if error in OURS:
        return Why(gettext(OURS[error]), "", True)
    if error in SEEN or not error:
        return Why(gettext(SEEN[error]) if error else "", "", not error)
    return Why(gettext(HTTP.get(error) or _about(error)), error.replace("http ", "HTTP "), False)


def _about(word: str) -> str:
    return next((said for parts, said in PARTS if any(part in word for part in parts)), REFUSED)
