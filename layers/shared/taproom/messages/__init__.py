"""Messages that functions send each other through queues."""
