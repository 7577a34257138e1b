"""The engine "procrastinate": reading and looking shared out to workers on any number of machines.

`handed_out.py` is what the service does in the place of reading and looking, `waiting.py` how it waits,
`work.py` what a worker does for each job, `worker.py` claims jobs. The embedded engine is the stages by
themselves.
"""
