"""Where a network's sensors are read, and what comes of what was sent.

`forms` says how each source is addressed; it loads nothing heavy, so that pages can use it.
`filling` takes series into the table of observations, `collecting` asks for what is new.
"""
