"""The PDF of an evidence bundle, drawn from the bundle itself and nothing else."""

import io

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import PageBreak, SimpleDocTemplate

from . import layout
from .evidence_annex import annex
from .evidence_case import cover, method, outcome
from .evidence_findings import findings, units
from .evidence_proofs import purchases, statements


def draw_evidence_bundle(document, texts, names, get_image) -> bytes:
    """Return the PDF of a bundle.

    :param document: the sealed bundle (`core.bundle`)
    :param dict texts: words by their key (`serial.evidence.text`)
    :param dict names: `json` and `pdf`, the names of both files
    :param get_image: function: name of a file of the bundle -> its picture, or None
    """
    file = io.BytesIO()
    template = SimpleDocTemplate(file, **_prepare_page(document, texts))
    template.build(
        [
            *cover(document, texts, names),
            PageBreak(),
            *findings(document, texts),
            *units(document, texts),
            *purchases(document, texts, get_image),
            *statements(document, texts, get_image),
            *outcome(document, texts),
            *method(document, texts),
            PageBreak(),
            *annex(document, texts),
        ],
        canvasmaker=_get_canvas(document, texts),
    )
    return file.getvalue()


def _get_canvas(document, texts):
    """Return the canvas that writes number and hash of the bundle on every page."""

    def get_number(page, pages):
        return texts["footer"] % {"id": document["id"], "page": page, "pages": pages}

    sha256 = document["seal"]["sha256"]
    return layout.canvas_with_footer(
        texts["footer_hash"] % {"sha256": sha256}, get_number
    )


def _prepare_page(document, texts):
    sha256 = document["seal"]["sha256"]
    return {
        "pagesize": A4,
        "title": f"{texts['title']} {document['id']}",
        "author": document["issuer"]["name"],
        # Read by the check, which has no reader of PDFs.
        "keywords": f"{document['format']} {document['id']} sha256:{sha256}",
        "leftMargin": layout.MARGIN,
        "rightMargin": layout.MARGIN,
        "topMargin": layout.MARGIN,
        "bottomMargin": 18 * mm,
        "invariant": True,
    }
