"""What every bundle is made of: tables, documents and the archive, whatever the product."""
