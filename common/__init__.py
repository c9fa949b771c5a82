"""The pieces that every chapter imports: functions, layers, optimizers, trainers, and tools."""
