// What the pages do by script begins here.
