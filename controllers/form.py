"""What a posted form holds, as our pages and portals take it in."""

from odoo.http import request


def read_texts(form):
    """Return the texts of a form by name; files are read apart."""
    return {name: value for name, value in form.items() if isinstance(value, str)}


def read_storable_texts(form):
    """Return the same, as the database can take them."""
    return {name: without_nul(text) for name, text in read_texts(form).items()}


def read_files():
    """Return (name, content) of the files of the form that was sent."""
    return [
        (file.filename, file.read())
        for file in request.httprequest.files.getlist("files")
        if file.filename
    ]


def without_nul(text):
    """Return a text as the database can take it."""
    return text.replace("\0", "")
