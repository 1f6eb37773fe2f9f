def normalise(kind, text):
    return text
