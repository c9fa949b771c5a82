"""The pieces of dlfs2-numpy that every chapter imports: functions, layers, optimizers, trainers."""
