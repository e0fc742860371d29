"""From what is known of pupils to a decision about them: indicators, the gross list, selections."""
