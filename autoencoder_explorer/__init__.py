"""The app as an installed command; see ``python -m autoencoder_explorer --help``.

In a wheel this folder also holds all that the app is made of and reads: ``app.py``, ``pages/``,
``ui/``, ``classroom/``, ``browser/``, ``lessons/``, ``locale/``, ``checkpoints/`` and Streamlit's
configuration. They lie there as in a checkout, so that ``streamlit run`` finds them beside
``app.py``, and so that names like ``pages`` are taken from nobody else's package.
"""
