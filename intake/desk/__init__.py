"""The desk: a page in Chinese at which staff see what waits for them, and act.

In goes a browser's request, out comes a page; every act is a verb of `staff` that the command line calls
too, every view a function of `store`.  No SQL stands here.  Open `app.py` first: it says who may ask what.
"""
