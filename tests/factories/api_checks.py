"""What schemathesis may meet beside success, and why; for the benchmark and the short test.

422: the request fits the description and names something that is not there, or holds JSON inside of
a form that is none (a form only says that a text stands there). 414: the address fits the
description, but is longer than the server reads. 413: more than is answered at once. 412: the mark
of an entry is made up.
"""

EXPECTED = {
    "positive_data_acceptance": {"expected-statuses": ["2xx", 401, 404, 410, 412, 414, 422]},
    "negative_data_rejection": {
        "expected-statuses": [400, 401, 403, 404, 405, 406, 412, 413, 414, 415, 422, 428, 429]
    },
}
