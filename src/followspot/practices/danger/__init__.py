"""In danger, and only then, the leader goes to the front.

Danger is declared with a reason, what the leader takes, the exit condition and an end within fourteen days. While it
lasts the page is turned round. At the exit the leader says what is handed back to whom, and tells a lesson.
"""
