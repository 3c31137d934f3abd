"""The explorer without a server: a site for any web host, or a page that opens by double click.

It is made of the screens themselves. Each is run once, without a browser; what it says and what it
gives to its components is noted (``browser.recorded``), and the same modules show that again. What
a control would ask Python for is left out, and the page says so.
"""
