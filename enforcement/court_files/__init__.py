"""A court's own data, brought by files into its own database.

The life of a file: `sheets` reads it line by line, `cells` and the table's `Sheet` turn each line into a row or into a
fault, `db.staging` holds the rows and compares them with each other and with what is stored, and `load` moves all of
them, or none, in one transaction.
"""
