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
                "float": Rates(92.0, 0.0, 0.0, 0.0, 0.0969, 0.0),
            },
            "BATCH_MATMUL": {
                "dequantize": Rates(0.0, 28.9, 0.0164, 0.0644, 0.147, 0.0471),
                "float": Rates(0.0, 23.6, 0.0162, 0.15, 0.131, 0.0527),
                "hybrid": Rates(0.0, 18.1, 0.00385, 0.13, 0.122, 0.0241),
            },
            "BIDIRECTIONAL_SEQUENCE_LSTM": {
                "dequantize": Rates(0.0, 0.0, 0.101, 0.0, 0.0, 0.0871),
                "float": Rates(905.0, 684.0, 0.0679, 0.0, 3.59, 0.0),
                "hybrid": Rates(0.0, 327.0, 0.0347, 0.0, 20.2, 0.0384),
            },
            "BIDIRECTIONAL_SEQUENCE_RNN": {
                "dequantize": Rates(198.0, 0.0, 0.159, 0.0, 0.0, 0.0),
                "float": Rates(0.0, 0.0, 0.155, 0.0, 0.0, 0.0366),
                "hybrid": Rates(0.0, 49.3, 0.0332, 0.0, 5.11, 0.0558),
            },
            "CONV_2D": {
                "dequantize": Rates(0.0, 2.74, 0.0186, 0.607, 0.0, 0.0586),
                "float": Rates(0.0, 2.81, 0.0186, 0.527, 0.0, 0.0456),
                "hybrid": Rates(0.0, 5.22, 0.00411, 0.0, 0.193, 0.037),
            },
            "CONV_2D 1x1": {
                "dequantize": Rates(0.0, 0.0, 0.0188, 0.00505, 0.0227, 0.0285),
                "float": Rates(0.0, 0.0, 0.0184, 0.0122, 0.0219, 0.0197),
                "hybrid": Rates(34.7, 22.1, 0.00401, 0.227, 0.111, 0.00285),
            },
            "CONV_3D": {
                "dequantize": Rates(4920.0, 0.0, 0.0242, 0.0, 0.0, 0.107),
                "float": Rates(4120.0, 0.0, 0.0234, 0.0, 0.0, 0.409),
            },
            "CONV_3D_TRANSPOSE": {
                "dequantize": Rates(0.0, 76.3, 0.0673, 0.0, 0.0, 0.0462),
                "float": Rates(0.0, 69.6, 0.0675, 0.0, 0.0, 0.248),
            },
            "DEPTHWISE_CONV_2D": {
                "dequantize": Rates(0.0, 0.395, 0.0547, 0.0, 0.0, 0.0),
                "float": Rates(0.0, 1.72, 0.0536, 0.0, 0.0, 0.0),
                "hybrid": Rates(0.0, 0.106, 0.116, 0.39, 0.39, 0.0),
            },
            "EMBEDDING_LOOKUP": {
                "dequantize": Rates(67.6, 0.0, 0.0, 0.0, 0.0316, 0.0),
                "float": Rates(65.3, 0.0, 0.0, 0.0, 0.0339, 0.0),
                "hybrid": Rates(46.7, 0.0, 0.0, 0.0, 0.831, 0.0),
            },
            "FULLY_CONNECTED": {
                "dequantize": Rates(10.6, 60.9, 0.0179, 0.0, 0.0, 0.0266),
                "float": Rates(9.82, 66.0, 0.0177, 0.0, 0.0, 0.0285),
                "hybrid": Rates(59.2, 44.3, 0.00509, 0.00215, 0.0, 0.00578),
            },
            "GATHER": {
                "dequantize": Rates(86.4, 0.0, 0.0, 0.0, 0.043, 0.0),
                "float": Rates(88.6, 0.0, 0.0, 15.1, 0.0, 0.0),
                "pass through": Rates(106.0, 0.0, 0.0, 0.0, 0.0608, 0.000174),
            },
            "LSTM": {
                "dequantize": Rates(395.0, 395.0, 0.0466, 0.0, 0.0, 0.0466),
                "float": Rates(363.0, 363.0, 0.0312, 0.95, 2.85, 0.0312),
                "hybrid": Rates(295.0, 295.0, 0.0185, 2.69, 8.08, 0.0185),
            },
            "RNN": {
                "dequantize": Rates(35.4, 35.4, 0.0778, 0.0, 0.0, 0.0778),
                "float": Rates(139.0, 139.0, 0.0742, 0.0, 0.0, 0.0742),
                "hybrid": Rates(55.9, 55.9, 0.0181, 1.22, 2.43, 0.0181),
            },
            "SVDF": {
                "dequantize": Rates(132.0, 132.0, 0.0806, 0.0117, 1.38, 0.0806),
                "float": Rates(240.0, 240.0, 0.0803, 0.0, 0.0, 0.0803),
                "hybrid": Rates(44.0, 44.0, 0.0184, 0.486, 2.82, 0.0184),
            },
            "TRANSPOSE_CONV": {
                "dequantize": Rates(0.0, 64.2, 0.0333, 0.0, 0.0, 0.0),
                "float": Rates(0.0, 65.1, 0.0331, 0.0, 0.0, 0.0),
                "hybrid": Rates(0.0, 54.6, 0.00668, 0.0, 0.0, 0.0331),
            },
            "UNIDIRECTIONAL_SEQUENCE_LSTM": {
                "dequantize": Rates(0.0, 0.0, 0.0959, 0.0, 0.0, 0.0968),
                "float": Rates(344.0, 594.0, 0.0679, 0.0, 0.0, 0.0),
                "hybrid": Rates(288.0, 202.0, 0.0374, 0.0, 18.6, 0.0),
            },
            "UNIDIRECTIONAL_SEQUENCE_RNN": {
                "dequantize": Rates(31.6, 51.3, 0.158, 0.0, 0.0, 0.0),
                "float": Rates(36.0, 17.6, 0.159, 0.0, 0.0, 0.0),
                "hybrid": Rates(41.2, 101.0, 0.0375, 0.0, 4.41, 0.0),
            },
        },
        "litert_builtin": {
            "*": {
                "float": Rates(92.4, 0.0, 0.0, 0.0, 0.121, 0.0),
            },
            "BATCH_MATMUL": {
                "dequantize": Rates(0.0, 0.0, 0.664, 0.0, 0.0, 0.0),
                "float": Rates(0.0, 0.0, 0.635, 0.0, 0.0, 0.0),
                "hybrid": Rates(1010.0, 0.0, 0.096, 0.0112, 2.88, 0.0677),
            },
            "BIDIRECTIONAL_SEQUENCE_LSTM": {
                "dequantize": Rates(1490.0, 0.0, 0.103, 0.0, 0.0, 0.0),
                "float": Rates(364.0, 1280.0, 0.07, 0.0, 0.0, 0.0),
                "hybrid": Rates(0.0, 1050.0, 0.0373, 0.0, 15.5, 0.00511),
            },
            "BIDIRECTIONAL_SEQUENCE_RNN": {
                "dequantize": Rates(223.0, 0.0, 0.158, 0.0, 0.0, 0.0),
                "float": Rates(101.0, 0.0, 0.16, 0.0, 0.0, 0.0),
                "hybrid": Rates(65.2, 265.0, 0.0378, 0.0, 3.72, 0.0),
            },
            "CONV_2D": {
                "dequantize": Rates(2120.0, 21.7, 0.0597, 0.718, 0.142, 0.0),
                "float": Rates(713.0, 21.9, 0.0597, 0.299, 0.184, 0.0),
                "hybrid": Rates(0.0, 40.5, 0.016, 0.0499, 0.0, 0.104),
            },
            "CONV_2D 1x1": {
                "dequantize": Rates(0.0, 1.45, 0.058, 0.0952, 0.332, 0.0497),
                "float": Rates(0.0, 2.77, 0.0592, 0.0484, 0.247, 0.0411),
                "hybrid": Rates(87.8, 7.12, 0.0137, 0.609, 0.475, 0.14),
            },
            "CONV_3D": {
                "dequantize": Rates(5050.0, 0.0, 0.0243, 0.0, 0.0, 0.0),
                "float": Rates(4300.0, 0.0, 0.0232, 0.0, 0.0, 0.593),
            },
            "CONV_3D_TRANSPOSE": {
                "dequantize": Rates(0.0, 73.7, 0.0681, 0.0, 0.0, 0.317),
                "float": Rates(0.0, 64.0, 0.0701, 0.0, 0.0, 0.472),
            },
            "DEPTHWISE_CONV_2D": {
                "dequantize": Rates(0.0, 10.2, 0.119, 0.0177, 0.0177, 0.0),
                "float": Rates(0.0, 9.03, 0.114, 0.0363, 0.0363, 0.0),
                "hybrid": Rates(0.0, 0.0, 0.113, 0.396, 0.396, 0.0),
            },
            "EMBEDDING_LOOKUP": {
                "dequantize": Rates(67.0, 0.0, 0.0, 0.0, 0.0322, 0.0),
                "float": Rates(68.8, 0.0, 0.0, 0.0, 0.0367, 0.0),
                "hybrid": Rates(45.7, 0.0, 0.0, 0.0, 0.845, 0.0),
            },
            "FULLY_CONNECTED": {
                "dequantize": Rates(64.3, 87.2, 0.0599, 0.0, 0.306, 0.00874),
                "float": Rates(67.7, 59.7, 0.0628, 0.0, 0.358, 0.00683),
                "hybrid": Rates(115.0, 4.07, 0.0374, 0.552, 1.79, 0.0),
            },
            "GATHER": {
                "dequantize": Rates(84.2, 0.0, 0.0, 0.0, 0.0432, 0.0),
                "float": Rates(77.9, 0.0, 0.0, 0.0, 0.0402, 0.0),
                "pass through": Rates(49.0, 0.0, 0.0, 2.99, 0.116, 0.00126),
            },
            "LSTM": {
                "dequantize": Rates(423.0, 423.0, 0.0478, 0.0, 0.0, 0.0478),
                "float": Rates(411.0, 411.0, 0.0337, 0.229, 0.688, 0.0337),
                "hybrid": Rates(425.0, 425.0, 0.0187, 2.18, 6.55, 0.0187),
            },
            "RNN": {
                "dequantize": Rates(43.0, 43.0, 0.0798, 0.0, 0.0, 0.0798),
                "float": Rates(12.2, 12.2, 0.0806, 0.0, 0.0, 0.0806),
                "hybrid": Rates(82.6, 82.6, 0.019, 0.986, 1.97, 0.019),
            },
            "SVDF": {
                "dequantize": Rates(181.0, 181.0, 0.0867, 0.0, 0.0, 0.0867),
                "float": Rates(129.0, 129.0, 0.0873, 0.0, 0.0, 0.0873),
                "hybrid": Rates(0.0, 0.0, 0.0136, 0.705, 3.01, 0.0136),
            },
            "TRANSPOSE_CONV": {
                "dequantize": Rates(399.0, 34.4, 0.0623, 0.0, 0.0, 0.549),
                "float": Rates(0.0, 32.3, 0.0639, 0.0, 0.0, 0.093),
                "hybrid": Rates(0.0, 359.0, 0.897, 0.0, 0.0, 0.017),
            },
            "UNIDIRECTIONAL_SEQUENCE_LSTM": {
                "dequantize": Rates(0.0, 0.0, 0.0901, 0.0, 0.0, 0.122),
                "float": Rates(268.0, 592.0, 0.0676, 0.0, 0.0, 0.0),
                "hybrid": Rates(269.0, 425.0, 0.0369, 0.0, 16.5, 0.0),
            },
            "UNIDIRECTIONAL_SEQUENCE_RNN": {
                "dequantize": Rates(108.0, 0.0, 0.156, 0.0, 0.0, 0.0),
                "float": Rates(5.21, 57.7, 0.155, 0.0, 0.0, 0.0),
                "hybrid": Rates(56.8, 75.6, 0.0374, 0.0, 5.2, 0.0),
            },
        },
        "reference": {
            "*": {
                "float": Rates(113.0, 0.0, 0.0, 0.0, 0.124, 0.0),
            },
            "BATCH_MATMUL": {
                "dequantize": Rates(0.0, 0.0, 0.59, 0.0, 0.0, 0.0),
                "float": Rates(0.0, 0.0, 0.537, 0.0, 0.0, 0.0),
                "hybrid": Rates(0.0, 0.0, 0.0849, 1.62, 1.62, 0.202),
            },
            "BIDIRECTIONAL_SEQUENCE_LSTM": {
                "dequantize": Rates(0.0, 625.0, 0.0417, 2.07, 20.5, 0.0157),
                "float": Rates(0.0, 496.0, 0.0422, 1.45, 18.1, 0.0101),
                "hybrid": Rates(0.0, 534.0, 0.0359, 1.76, 17.6, 0.0134),
            },
            "BIDIRECTIONAL_SEQUENCE_RNN": {
                "dequantize": Rates(54.5, 0.0, 0.138, 0.779, 2.09, 0.0159),
                "float": Rates(22.7, 0.0, 0.139, 0.44, 1.47, 0.00807),
                "hybrid": Rates(18.6, 77.1, 0.0359, 1.32, 4.53, 0.0185),
            },
            "CONV_2D": {
                "dequantize": Rates(324000.0, 47.9, 0.52, 0.0, 0.0, 1.22),
                "float": Rates(330000.0, 51.3, 0.515, 0.0, 0.0, 0.837),
                "hybrid": Rates(296000.0, 253.0, 0.0, 7.88, 0.0, 0.0),
            },
            "CONV_2D 1x1": {
                "dequantize": Rates(0.0, 47.9, 0.632, 0.0, 0.0, 0.0162),
                "float": Rates(0.0, 48.4, 0.631, 0.0, 0.054, 0.0282),
                "hybrid": Rates(0.0, 0.0223, 0.12, 0.0, 6.61, 0.0279),
            },
            "CONV_3D": {
                "dequantize": Rates(0.0, 0.0, 0.49, 5.62, 0.0, 0.0),
                "float": Rates(0.0, 0.0, 0.51, 4.4, 0.0, 0.0),
            },
            "CONV_3D_TRANSPOSE": {
                "dequantize": Rates(6130.0, 118.0, 0.632, 0.0, 0.549, 30.8),
                "float": Rates(7120.0, 152.0, 0.621, 0.0, 0.668, 31.8),
            },
            "DEPTHWISE_CONV_2D": {
                "dequantize": Rates(0.0, 9.6, 0.848, 1.52, 1.52, 0.0),
                "float": Rates(0.0, 14.0, 0.786, 1.76, 1.76, 0.0),
                "hybrid": Rates(0.0, 26.5, 1.05, 3.2, 3.2, 0.0),
            },
            "EMBEDDING_LOOKUP": {
                "dequantize": Rates(67.4, 0.0, 0.0, 0.0, 0.0318, 0.0),
                "float": Rates(65.6, 0.0, 0.0, 0.0, 0.0342, 0.0),
                "hybrid": Rates(46.5, 0.0, 0.0, 0.0, 0.835, 0.0),
            },
            "FULLY_CONNECTED": {
                "dequantize": Rates(0.0, 0.0, 0.545, 0.0, 0.0, 0.0993),
                "float": Rates(0.0, 0.0, 0.543, 0.0, 0.0, 0.0887),
                "hybrid": Rates(80.2, 17.0, 0.0346, 0.507, 1.9, 0.00225),
            },
            "GATHER": {
                "dequantize": Rates(80.6, 0.0, 0.0, 0.0, 0.0406, 0.0),
                "float": Rates(76.9, 0.0, 0.0, 0.0, 0.0401, 0.0),
                "pass through": Rates(49.6, 0.0, 0.0, 3.94, 0.226, 0.00112),
            },
            "LSTM": {
                "dequantize": Rates(388.0, 388.0, 0.05, 0.0, 0.0, 0.05),
                "float": Rates(419.0, 419.0, 0.0332, 0.172, 0.515, 0.0332),
                "hybrid": Rates(295.0, 295.0, 0.0191, 2.81, 8.42, 0.0191),
            },
            "RNN": {
                "dequantize": Rates(42.1, 42.1, 0.0789, 0.0, 0.0, 0.0789),
                "float": Rates(18.9, 18.9, 0.0792, 0.0, 0.0, 0.0792),
                "hybrid": Rates(82.0, 82.0, 0.0195, 0.984, 1.97, 0.0195),
            },
            "SVDF": {
                "dequantize": Rates(153.0, 153.0, 0.0867, 0.0, 1.01, 0.0867),
                "float": Rates(80.1, 80.1, 0.0808, 0.0828, 1.27, 0.0808),
                "hybrid": Rates(22.7, 22.7, 0.0156, 0.589, 3.11, 0.0156),
            },
            "TRANSPOSE_CONV": {
                "dequantize": Rates(0.0, 300.0, 0.778, 0.0, 0.0, 0.0),
                "float": Rates(0.0, 264.0, 0.816, 0.0, 0.0, 0.0),
                "hybrid": Rates(0.0, 366.0, 0.876, 0.0, 0.0, 0.00317),
            },
            "UNIDIRECTIONAL_SEQUENCE_LSTM": {
                "dequantize": Rates(381.0, 0.0, 0.0808, 2.41, 2.38, 0.0369),
                "float": Rates(191.0, 0.0, 0.0631, 2.18, 9.29, 0.0245),
                "hybrid": Rates(15.0, 161.0, 0.0327, 2.48, 18.1, 0.0162),
            },
            "UNIDIRECTIONAL_SEQUENCE_RNN": {
                "dequantize": Rates(0.0, 25.1, 0.15, 0.0, 0.0, 0.0442),
                "float": Rates(0.0, 13.3, 0.15, 0.0, 0.0, 0.029),
                "hybrid": Rates(0.0, 131.0, 0.0383, 0.121, 3.83, 0.021),
            },
        },
    }
)
"""Target runtime -> operator -> how its weights are delivered (``kernels.int8``) -> rates."""
