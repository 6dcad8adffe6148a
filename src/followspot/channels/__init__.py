"""Where news goes and where words come from, beside the pages: webhooks, mail, chats. Under the rights of whoever they speak for."""
