"""Project descriptions: planned by schools, judged by the rules, approved by the secretariat."""
