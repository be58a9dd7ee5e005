"""Who opens a page without a person behind it: link previews, prefetchers, search engines.

A name that a telephone or a messenger's own browser bears as well is no robot's; of those only the form that fetches is.
"""

import re
from functools import lru_cache

LONGEST = 500  # characters of a browser's name that are read
_NAMES = re.compile(
    r"bot\b|bot[/_ ;)-]|spider|crawl|preview|facebookexternal|facebookcatalog|meta-external|whatsapp|slurp|embedly|iframely"
    r"|okhttp-link|qq-url-manager|vkshare|skypeuri|line-poker|kakaotalk-scrap|cardyb|mastodon/|bytedance link"
    r"|google-(read-aloud|inspectiontool|pagerenderer|safety|extended)|googleother|mediapartners|feedfetcher|apis-google"
    r"|duckduckgo-favicons|ia_archiver|archive\.org|flipboardproxy|outbrain|w3c_validator|nuzzel"
    r"|existence discovery|bingpreview|safelinks|lark-?url|dingtalk-?link|wechat-?link|headlesschrome|lighthouse"
)
# The messenger itself fetches under a bare name; the browser inside it is called Mozilla first.
_BARE = re.compile(r"(snapchat|viber|telegram|discord|slack|line|kik|signal|zalo|teams|tumblr)[/ ]?[\d.]*\b")
_FETCHED_AHEAD = ("prefetch", "prerender", "preview")


def is_robot(user_agent: str, *purposes: str) -> bool:
    """Whether this browser, or what a page is fetched for (Sec-Purpose, Purpose, X-Purpose, X-Moz), is no person's."""
    ahead = " ".join(purposes).lower()
    return any(word in ahead for word in _FETCHED_AHEAD) or _bears_its_name(user_agent[:LONGEST])


@lru_cache(maxsize=4_096)  # browsers send few different names
def _bears_its_name(user_agent: str) -> bool:
    low = user_agent.lower().replace("cubot", "")  # Cubot makes telephones
    return bool(_NAMES.search(low) or _BARE.match(low))
