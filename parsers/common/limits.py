"""Every limit on what a sender's file may cost us, each with its reason.

They are far above what a nomination needs (the largest mailbox limit met is
71,680,000 bytes a message) and far below what would hurt the service.
"""

from __future__ import annotations

KIB = 1024
MIB = 1024 * KIB

# The child process

MESSAGE_SECONDS = 60
"""CPU seconds for one message: 70 MB of base64 takes about 3 on a slow machine."""

HEADING_SECONDS = 10
"""Processor time for the header alone (256 KiB) of a message that could not be read: usually 0.05 s."""

DOCUMENT_SECONDS = 30
"""CPU seconds for one document: a hostile PDF that does end took 6, ordinary ones take hundredths."""

TOGETHER_SECONDS = 20
"""CPU seconds for a mail read with its files in one task, half of it before the last file begins.

Usual ones take a tenth. What takes longer is read file by file, each with its own time.
"""

WALL_FACTOR = 4
"""Elapsed time allowed for each CPU second, since other programs use the machine too."""

ADDRESS_SPACE = 1024 * MIB
"""Bytes of address space (RLIMIT_AS) a child may map.

A 70 MB message peaks at about 410 MB; no ordinary document needs as much.
"""

READER_SECONDS = 1800
"""Processor time of one reading process in all its tasks: a mail of 60 files takes seconds."""

BUNDLE = 10
"""Mails of one sender that one process reads, one after the other: the tenth costs little more than none."""

IDLE_SECONDS = 30
"""Elapsed time that a reading process waits for its next file or mail before it ends by itself."""

READER_FILE_BYTES = 128 * MIB
"""The largest file that a reading process may write (RLIMIT_FSIZE): more than one unpacked member has."""

SCRATCH_BYTES = 1024 * MIB
"""What it may leave in its scratch folder altogether: more than all files of one mail."""

SCRATCH_FILES = 20_000
"""Files in it, folders counted: LibreOffice makes about a hundred, an archive its members."""

PROCESSES = 64
"""Processes that one task may have at once, with threads where the kernel counts: LibreOffice has 15."""

ANSWER_BYTES = 32 * MIB
"""The facts of one file as JSON: the longest Word file's come to about 10 MiB."""

TRIES = 6
"""How often a task is begun whose process was ended from outside, before that is told as an outage."""

OUTAGES = 3
"""Such outages of one file, while others are read, after which the file is held to be their cause."""

START_SECONDS = 90
"""Elapsed time in which a fork server must be ready: 1 to 3 s of work, 5 to 7 where it looks at scans."""

GRACE_SECONDS = 15
"""Elapsed time that the fork server has to answer, and a task beyond its own, before the server is ended."""

# Messages

MESSAGE_BYTES = 100 * MIB
"""A whole message: above every known mailbox limit (163: 71,680,000 bytes)."""

MIME_PARTS = 1000
"""Parts of one message: a unit's largest submission has about 60 files."""

NESTING = 8
"""Files within files (a zip in a forwarded mail in a zip): three are rare, a bomb has thousands."""

UNPACKED_BYTES_PER_MESSAGE = 700 * MIB
"""All files of one mail with what they hold: ten times the largest mail; archives of scans do not shrink."""

DOCUMENTS_PER_MESSAGE = 3000
"""Files taken out of one mail with all that is packed inside; a province's whole material is about 200."""

MIME_DEPTH = 30
"""Multiparts within multiparts: mail programs write up to 4."""

HEADER_BYTES = 256 * KIB
"""All header fields of one part together: mail servers themselves refuse about 64 KiB to 1 MiB."""

FIELD_CHARACTERS = 32 * KIB
"""One header field; the rest is dropped. The library's parameter scan is quadratic in this length."""

HOPS = 50
"""Received fields that are read, the topmost first: servers call 30 to 50 hops a loop."""

AUTHENTICATION_FIELDS = 20
"""Authentication-Results fields that are read, the topmost first: the provider writes one to three."""

AUTHENTICATION_RESULTS = 30
"""Results kept of one such field, and properties of one result: a mail with five signatures has about ten."""

MESSAGE_IDS = 100
"""Identifiers kept from In-Reply-To or References."""

ADDRESSES = 500
"""Mailboxes kept from one field."""

DEFECTS = 20
"""Defects that are told of one message."""

BODY_CHARACTERS = 200_000
"""Characters of body text that are kept: cover letters have a few thousand."""

HTML_CHARACTERS = 2_000_000
"""Characters of an HTML body that are turned into text: mail programs write up to about 500,000."""

LINKS = 200
"""Links of an HTML body that are told: a mail with cloud attachments has about 10."""

ADDRESS_CHARACTERS = 320
"""A mail address: 64 before the @ and 255 behind it (RFC 5321 §4.5.3.1); databases index no longer ones."""

NAME_CHARACTERS = 320
"""A file's name: Windows and macOS allow 255, web systems 300 and more.  Files are kept by their hash."""

# Word files

ZIP_MEMBERS = 5000
"""Members of a Word file: a form with photos has about 30."""

ZIP_UNPACKED_BYTES = 300 * MIB
"""Declared size of all members together; the declaration binds, since no more is ever unpacked."""

ZIP_RATIO = 200
"""Unpacked to packed size of one member; real text packs up to about 100 times."""

ZIP_RATIO_FLOOR = 4 * MIB
"""Members below this size are never judged by their ratio: blank forms pack very well."""

CONTENT_TYPES_BYTES = MIB
"""What is read of a package's [Content_Types].xml to recognise it: usually 2 KiB."""

WORD_XML_BYTES = 48 * MIB
"""One XML part of a Word file, unpacked: a form's is 200 KiB. Its tree takes about ten times the memory."""

WORD_CHARACTERS = 2_000_000
"""Text of one Word file, with merged cells counted as often as they repeat: a form has about 5,000."""

TABLE_COLUMNS = 1000
"""Columns a table may claim: Word itself stops at 63."""

HTML_DOCUMENT_CHARACTERS = 16 * MIB
"""A form saved as a web page: Word writes 100 to 500 kB. Its tree takes about ten times the memory."""

HTML_DEPTH = 200
"""Elements within one another in such a page: Word nests about 15, layout tables of web systems 60."""

CONVERTER_SECONDS = 45
"""Elapsed time for the program that turns an old Word file into a new one: 2 s, on a busy machine 6."""

CONVERTED_BYTES = 64 * MIB
"""What such a program may write into one file: a form with photos comes to 5 MiB."""

# PDF files

PDF_PAGES = 300
"""Pages that are read: a form has 2 to 10, a province's 20 nominations in one scan about 100."""

PDF_CHARACTERS = 1_000_000
"""Text of one PDF that is kept."""

PDF_PAGE_IMAGES = 2000
"""Pictures of one page that are measured: some scanners cut a page into strips."""

PDF_NODES = 10_000
"""Nodes of one tree (fields, embedded files, notes on pages) that are visited: a long form has about 300."""

PDF_FIELDS = 2000
"""Fillable fields that are told."""

PDF_FIELD_CHARACTERS = 20_000
"""The value of one fillable field: the longest, 主要事迹, may have 2000."""

# OFD documents

OFD_XML_BYTES = 48 * MIB
"""All XML parts of one document that are read: a page's is 20 to 200 KiB. Trees take tenfold memory."""

# Other files

HEAD_BYTES = 4 * KIB
"""The beginning of a file by which it is recognised."""

TEXT_SAMPLE_BYTES = 64 * KIB
"""What is looked at to tell plain text from unknown bytes."""

# Archives, and files inside other files

ARCHIVE_MEMBERS = 2000
"""Files taken out of one archive: a province's whole material is about 200. The rest is left out."""

ARCHIVE_MEMBER_BYTES = 100 * MIB
"""One unpacked file: what a mail can carry hardly packs (scans, photos, Word), so no real one is larger."""

ARCHIVE_BYTES = 300 * MIB
"""All files of one archive, unpacked, with those that are thrown away again."""

ARCHIVE_RATIO = 200
"""Unpacked to packed size of a whole archive: blank BMP pages reach it, nothing else that is real does."""

ARCHIVE_RATIO_FLOOR = 64 * MIB
"""Archives that unpack to less than this are never judged by their ratio."""

ARCHIVE_DIRECTORY_BYTES = 4 * MIB
"""A zip file's directory, or one tar header: 60 KiB for 500 files. Its reader takes tenfold memory."""

LEFT_OUT = 100
"""Files of an archive that are told by name to have been left out."""

FOLDER_CHARACTERS = 300
"""The folders in which a file of an archive lies, together; the deepest are kept."""

LOCK_FILE_BYTES = 1 * KIB
"""What an office program leaves beside an open document ("~$推荐表.docx") has 162 to 165 bytes."""

UNAR_SECONDS = 60
"""Elapsed time for the program that unpacks rar: 70 MB take about 5 s."""

# Looking at scans

INSPECTION_SECONDS = 90
"""CPU seconds for one look at a scan: a form takes 1 to 3, a mismatch 10, the heads of 100 pages 60.

What is left of a longer file when most of it is used up the next look sees.
"""

INSPECTION_ADDRESS_SPACE = 2048 * MIB
"""Bytes of address space for a child that looks.

A 600 dpi A3 sheet that is read takes 950 MiB at most, of which 580 are in memory.
"""

INSPECTED_PAGES = 200
"""Pages of one file that are looked at: a province's 20 nominations in one scan are about 100."""

PICTURE_PIXELS = 80_000_000
"""Pixels of one picture, as declared: a 600 dpi A3 sheet has 69.6 million, 280 MB as Pillow holds colours."""

JPEG_PIXELS = 220_000_000
"""The same for JPEG that is not progressive, decoded row by row at down to an eighth of its size.

Telephones make up to 200 million.
"""

JPEG2000_PIXELS = 16_000_000
"""The same for JPEG 2000, whose decoder takes 36 bytes a pixel: A4 at 400 dpi has 15.5 million."""

PICTURE_SIDE = 70_000
"""The longest side of a picture: JPEG's own limit is 65,535."""

RENDERED_SIDE = 4000
"""Pixels of the longest side of a page that is drawn or decoded: 300 dpi of A4 is 3,508."""

TIFF_DIRECTORIES = 2000
"""Pages of a TIFF that are counted; to find them takes time quadratic in their number."""
