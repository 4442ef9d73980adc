"""`xiezhi zone`: how a zone begins, before there is a directory and a gateway to ask."""
