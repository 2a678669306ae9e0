"""Questions that only look: what lists, pages, desks and the JSON interface show. Nothing here changes anything."""
