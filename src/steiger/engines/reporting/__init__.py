"""Reports whose figures are counted: indicators, periods, tables, protection, drawings, documents.

    rows -> figures and tables -> what must be withheld -> a document of blocks

No Django, no network, no clock. A region's rows come in; adapters write the document as DOCX or
PDF, the web shows it as a page.
"""
