"""Danish and English words: stems, compounds, function words, and the word that was meant by a misspelt one."""
