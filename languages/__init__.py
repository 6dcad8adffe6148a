"""For whoever brings Followspot into another language: what there is to translate, and what is still missing."""
