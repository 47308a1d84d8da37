"""An Android app that maps a model which this build has quantized."""
