"""moto's server, one request at a time.

moto looks whether an object is there and then writes it. Two threads can both see nothing and both write, although both sent
`If-None-Match: *`; S3 promises that one of them is refused.
"""

import sys
from threading import Lock

import moto.server

lock = Lock()


class OneAtATime(moto.server.DomainDispatcherApplication):
    def __call__(self, environ, start_response):
        with lock:
            return list(super().__call__(environ, start_response))


moto.server.DomainDispatcherApplication = OneAtATime
moto.server.main(sys.argv[1:])
