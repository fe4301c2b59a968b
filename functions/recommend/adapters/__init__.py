"""What recommend talks to: endpoints, histories, the files of releases."""
