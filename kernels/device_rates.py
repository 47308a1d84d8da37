"""What a device takes for an operator: written by ``python -m tools.device_costs``.

LiteRT 2.3.0, one thread, x86-64 with AVX-512 VNNI.
"""

from collections.abc import Mapping
from types import MappingProxyType

from kernels.latency import Rates

RATES: Mapping[str, Mapping[str, Mapping[str, Rates]]] = MappingProxyType(
    {
        "litert": {
            "*": {
                "float": Rates(90.3, 0.0, 0.0, 0.0, 0.0895, 0.0),
            },
            "BATCH_MATMUL": {
                "dequantize": Rates(0.0, 16.8, 0.0168, 0.112, 0.161, 0.0651),
                "float": Rates(0.0, 31.1, 0.0169, 0.02, 0.146, 0.0452),
                "hybrid": Rates(0.0, 24.1, 0.00411, 0.126, 0.088, 0.0189),
            },
            "CONV_2D": {
                "dequantize": Rates(0.0, 2.83, 0.0187, 0.549, 0.0, 0.123),
                "float": Rates(0.0, 2.83, 0.0183, 0.564, 0.0, 0.143),
                "hybrid": Rates(0.0, 5.04, 0.00405, 0.0, 0.201, 0.0464),
            },
            "CONV_2D 1x1": {
                "dequantize": Rates(0.0, 0.0, 0.0184, 0.0131, 0.0306, 0.0184),
                "float": Rates(0.0, 0.0, 0.0181, 0.00785, 0.0351, 0.0188),
                "hybrid": Rates(16.1, 26.2, 0.00415, 0.19, 0.0737, 0.00573),
            },
            "DEPTHWISE_CONV_2D": {
                "dequantize": Rates(0.0, 0.0, 0.0544, 0.0, 0.0, 0.0),
                "float": Rates(0.0, 0.0775, 0.0536, 0.0, 0.0, 0.0),
                "hybrid": Rates(0.0, 0.0, 0.104, 0.432, 0.432, 0.0),
            },
            "EMBEDDING_LOOKUP": {
                "dequantize": Rates(66.8, 0.0, 0.0, 0.0, 0.0323, 0.0),
                "float": Rates(67.0, 0.0, 0.0, 0.0, 0.0322, 0.0),
                "hybrid": Rates(46.2, 0.0, 0.0, 0.0, 0.839, 0.0),
            },
            "FULLY_CONNECTED": {
                "dequantize": Rates(9.56, 60.1, 0.0179, 0.0, 0.0, 0.026),
                "float": Rates(15.9, 58.5, 0.0179, 0.0, 0.0, 0.0261),
                "hybrid": Rates(57.8, 41.1, 0.00507, 0.0194, 0.0, 0.00538),
            },
            "GATHER": {
                "dequantize": Rates(81.7, 0.0, 0.0, 0.0, 0.0423, 0.0),
                "float": Rates(75.4, 0.0, 0.0, 0.0, 0.043, 0.0),
                "pass through": Rates(43.4, 0.0, 0.0, 0.715, 0.0234, 0.00119),
            },
            "SVDF": {
                "dequantize": Rates(154.0, 154.0, 0.0844, 0.0, 0.0, 0.0844),
                "float": Rates(120.0, 120.0, 0.0865, 0.0, 0.0, 0.0865),
                "hybrid": Rates(0.0, 0.0, 0.0118, 1.06, 0.0, 0.0118),
            },
            "TRANSPOSE_CONV": {
                "dequantize": Rates(0.0, 68.0, 0.0329, 0.0, 0.0, 0.0),
                "float": Rates(0.0, 64.5, 0.0333, 0.0, 0.0, 0.0),
                "hybrid": Rates(0.0, 56.1, 0.00688, 0.0, 0.0, 0.0287),
            },
            "UNIDIRECTIONAL_SEQUENCE_LSTM": {
                "dequantize": Rates(0.0, 0.0, 0.0851, 0.0, 0.0, 0.119),
                "float": Rates(239.0, 617.0, 0.0692, 0.0, 0.0, 0.0),
                "hybrid": Rates(0.0, 756.0, 0.0392, 0.0, 10.8, 0.0),
            },
            "UNIDIRECTIONAL_SEQUENCE_RNN": {
                "dequantize": Rates(0.0, 0.0, 0.156, 0.0, 0.0, 0.0506),
                "float": Rates(50.7, 0.0, 0.159, 0.0, 0.0, 0.0),
                "hybrid": Rates(19.8, 162.0, 0.0379, 0.0, 3.72, 0.0),
            },
        },
        "litert_builtin": {
            "*": {
                "float": Rates(92.6, 0.0, 0.0, 0.0, 0.12, 0.0),
            },
            "BATCH_MATMUL": {
                "dequantize": Rates(0.0, 0.0, 0.655, 0.0, 0.0, 0.0),
                "float": Rates(0.0, 0.0, 0.622, 0.0, 0.0, 0.0),
                "hybrid": Rates(966.0, 0.0, 0.1, 0.0, 1.74, 0.0427),
            },
            "CONV_2D": {
                "dequantize": Rates(3850.0, 23.7, 0.0586, 0.513, 0.0, 0.0349),
                "float": Rates(83.0, 22.4, 0.0597, 0.339, 0.177, 0.0),
                "hybrid": Rates(0.0, 40.9, 0.0156, 0.0556, 0.0, 0.101),
            },
            "CONV_2D 1x1": {
                "dequantize": Rates(0.0, 3.67, 0.0591, 0.00804, 0.221, 0.0467),
                "float": Rates(0.0, 3.9, 0.0583, 0.0333, 0.204, 0.0549),
                "hybrid": Rates(17.2, 11.8, 0.0141, 0.517, 0.368, 0.153),
            },
            "DEPTHWISE_CONV_2D": {
                "dequantize": Rates(0.0, 9.71, 0.117, 0.0188, 0.0188, 0.0),
                "float": Rates(0.0, 9.6, 0.114, 0.0308, 0.0308, 0.0),
                "hybrid": Rates(0.0, 0.0, 0.105, 0.425, 0.425, 0.0),
            },
            "EMBEDDING_LOOKUP": {
                "dequantize": Rates(66.9, 0.0, 0.0, 0.0, 0.0323, 0.0),
                "float": Rates(67.3, 0.0, 0.0, 0.0, 0.0319, 0.0),
                "hybrid": Rates(45.7, 0.0, 0.0, 0.0, 0.846, 0.0),
            },
            "FULLY_CONNECTED": {
                "dequantize": Rates(92.1, 57.3, 0.0566, 0.0, 0.466, 0.00858),
                "float": Rates(65.0, 57.0, 0.057, 0.0, 0.467, 0.00923),
                "hybrid": Rates(80.3, 41.5, 0.0354, 0.449, 1.78, 0.00209),
            },
            "GATHER": {
                "dequantize": Rates(79.8, 0.0, 0.0, 0.0, 0.0402, 0.0),
                "float": Rates(78.9, 0.0, 0.0, 0.0, 0.0464, 0.0),
                "pass through": Rates(47.1, 0.0, 0.0, 4.62, 0.105, 0.00119),
            },
            "SVDF": {
                "dequantize": Rates(146.0, 146.0, 0.0852, 0.0, 0.0, 0.0852),
                "float": Rates(109.0, 109.0, 0.0822, 0.0, 0.857, 0.0822),
                "hybrid": Rates(46.3, 46.3, 0.0192, 0.475, 2.79, 0.0192),
            },
            "TRANSPOSE_CONV": {
                "dequantize": Rates(0.0, 34.5, 0.0615, 0.0, 0.0, 0.64),
                "float": Rates(0.0, 32.3, 0.0642, 0.0, 0.0, 0.0872),
                "hybrid": Rates(0.0, 365.0, 0.89, 0.0, 0.0, 0.0),
            },
            "UNIDIRECTIONAL_SEQUENCE_LSTM": {
                "dequantize": Rates(0.0, 0.0, 0.0827, 0.0, 0.0, 0.123),
                "float": Rates(251.0, 606.0, 0.0689, 0.0, 0.0, 0.0),
                "hybrid": Rates(161.0, 165.0, 0.0362, 2.58, 16.8, 0.00455),
            },
            "UNIDIRECTIONAL_SEQUENCE_RNN": {
                "dequantize": Rates(104.0, 0.0, 0.156, 0.0, 0.0, 0.0),
                "float": Rates(68.1, 0.0, 0.155, 0.0, 0.0, 0.0),
                "hybrid": Rates(0.0, 122.0, 0.035, 0.0, 4.28, 0.0321),
            },
        },
        "reference": {
            "*": {
                "float": Rates(113.0, 0.0, 0.0, 0.0, 0.117, 0.0),
            },
            "BATCH_MATMUL": {
                "dequantize": Rates(0.0, 0.0, 0.576, 0.0, 0.0, 0.0),
                "float": Rates(0.0, 0.0, 0.532, 0.0, 0.0, 0.0),
                "hybrid": Rates(0.0, 0.0, 0.0854, 1.49, 1.49, 0.187),
            },
            "CONV_2D": {
                "dequantize": Rates(321000.0, 55.5, 0.508, 0.0, 0.0, 1.12),
                "float": Rates(321000.0, 52.5, 0.507, 0.0, 0.0, 0.853),
                "hybrid": Rates(290000.0, 254.0, 0.0, 7.84, 0.0, 0.0),
            },
            "CONV_2D 1x1": {
                "dequantize": Rates(0.0, 46.4, 0.613, 0.0, 0.0, 0.0127),
                "float": Rates(0.0, 44.7, 0.616, 0.0, 0.0, 0.00825),
                "hybrid": Rates(0.0, 18.1, 0.12, 0.154, 5.66, 0.0414),
            },
            "DEPTHWISE_CONV_2D": {
                "dequantize": Rates(0.0, 11.0, 0.827, 1.51, 1.51, 0.0),
                "float": Rates(0.0, 14.0, 0.837, 1.42, 1.42, 0.0),
                "hybrid": Rates(0.0, 22.0, 1.07, 3.01, 3.01, 0.0),
            },
            "EMBEDDING_LOOKUP": {
                "dequantize": Rates(66.9, 0.0, 0.0, 0.0, 0.0323, 0.0),
                "float": Rates(67.1, 0.0, 0.0, 0.0, 0.0321, 0.0),
                "hybrid": Rates(46.3, 0.0, 0.0, 0.0, 0.837, 0.0),
            },
            "FULLY_CONNECTED": {
                "dequantize": Rates(0.0, 0.0, 0.545, 0.0, 0.0, 0.101),
                "float": Rates(0.0, 0.0, 0.554, 0.0, 0.0, 0.0732),
                "hybrid": Rates(88.5, 16.4, 0.0355, 0.383, 1.95, 0.00175),
            },
            "GATHER": {
                "dequantize": Rates(85.3, 0.0, 0.0, 0.0, 0.0425, 0.0),
                "float": Rates(75.0, 0.0, 0.0, 0.0, 0.0423, 0.0),
                "pass through": Rates(47.0, 0.0, 0.0, 4.9, 0.213, 0.00106),
            },
            "SVDF": {
                "dequantize": Rates(107.0, 107.0, 0.0844, 0.0121, 1.16, 0.0844),
                "float": Rates(130.0, 130.0, 0.0845, 0.0, 0.0, 0.0845),
                "hybrid": Rates(0.0, 0.0, 0.0136, 0.768, 2.33, 0.0136),
            },
            "TRANSPOSE_CONV": {
                "dequantize": Rates(0.0, 253.0, 0.796, 0.0, 0.0, 0.0),
                "float": Rates(0.0, 313.0, 0.764, 0.0, 0.0, 0.0),
                "hybrid": Rates(0.0, 382.0, 0.863, 0.0, 0.0, 0.0),
            },
            "UNIDIRECTIONAL_SEQUENCE_LSTM": {
                "dequantize": Rates(0.0, 188.0, 0.051, 2.13, 24.5, 0.00553),
                "float": Rates(244.0, 0.0, 0.0653, 2.14, 6.56, 0.0273),
                "hybrid": Rates(46.3, 169.0, 0.0327, 2.83, 17.4, 0.0202),
            },
            "UNIDIRECTIONAL_SEQUENCE_RNN": {
                "dequantize": Rates(0.0, 0.0, 0.15, 0.0, 0.0, 0.0585),
                "float": Rates(0.0, 6.81, 0.151, 0.0, 0.0, 0.031),
                "hybrid": Rates(29.1, 0.0, 0.0333, 1.52, 4.35, 0.0223),
            },
        },
    }
)
"""Target runtime -> operator -> how its weights are delivered (``kernels.int8``) -> rates."""
