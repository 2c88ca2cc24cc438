"""Linked data of the page about the catalogue: the catalogue as a data set.

No licence is stated: the sources are other people's publications, and none was given for the
whole.
"""

from kg.vocabulary import AREAS
from web.public.about import AboutPage
from web.public.export import FORMS
from web.public.head import At, Head, Thing, described, head_of
from web.public.linked_data_lists import SUBJECT
from web.public.linked_data_values import REGIONS, way_down


@head_of.register
def of_about(page: AboutPage, at: At) -> Head:
    """Return the head of the page."""
    here, site = at.whole(at.links.about()), at.site
    survey = page.survey
    numbers = "，".join(f"{one.name} {one.count:,}" for one in page.inside)
    period = survey.period
    data: Thing = {
        "@type": "Dataset",
        "@id": f"{here}#data",
        "name": site.name,
        "description": f"{SUBJECT}，每条写明来源、年份和证据。{numbers}。",
        "url": here,
        "inLanguage": "zh-CN",
        "isAccessibleForFree": True,
        "dateModified": page.updated,
        "temporalCoverage": f"{period[0]}/{period[1]}" if period else None,
        "spatialCoverage": [{"@type": "Place", "name": name} for name in REGIONS.values()],
        "keywords": list(AREAS),
        "publisher": {"@type": "Organization", "name": site.owner} if site.owner else None,
        "distribution": [
            {
                "@type": "DataDownload",
                "name": f"{one.name}：{label}",
                "contentUrl": at.whole(address),
                "encodingFormat": FORMS[address.rsplit(".", 1)[1]].split(";")[0],
            }
            for one in page.files
            for label, address in one.files
        ],
    }
    return Head(
        here,
        described(f"{page.title}：收了什么、缺什么、从哪里来、怎样查找。{numbers}。"),
        things=[data, way_down(at, (page.title, at.links.about()))],
    )
