"""What stands around the screens where a class shares a server; imports no screen."""
