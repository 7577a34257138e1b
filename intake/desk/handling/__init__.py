"""What a clerk does beside deciding on one nomination: answering, settling, knowing senders, many at once.

In goes a form of the desk, out comes a page that tells what would be done, or was.  Open the file that is
named like what is handled.
"""
