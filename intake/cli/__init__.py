"""The command line: one command for each thing that an operator does.

In go arguments, out come lines on the screen and an exit code. Open `app.py`, which lists the commands.
"""
