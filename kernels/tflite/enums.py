"""The enums and unions of the TFLite schema, as compact text: members in the order of their values.

Source: tflite/converter/schema/schema.fbs of google-ai-edge/LiteRT; values count from 0 and are
never reused there, so a position is a value. ``kernels.tflite.schema`` parses this.
"""

from __future__ import annotations

# Each word is an operator and, after the colon, the options table that its operators carry.
OPERATORS = """
    ADD:AddOptions AVERAGE_POOL_2D:Pool2DOptions CONCATENATION:ConcatenationOptions
    CONV_2D:Conv2DOptions DEPTHWISE_CONV_2D:DepthwiseConv2DOptions
    DEPTH_TO_SPACE:DepthToSpaceOptions DEQUANTIZE:DequantizeOptions EMBEDDING_LOOKUP FLOOR
    FULLY_CONNECTED:FullyConnectedOptions HASHTABLE_LOOKUP L2_NORMALIZATION:L2NormOptions
    L2_POOL_2D:Pool2DOptions LOCAL_RESPONSE_NORMALIZATION:LocalResponseNormalizationOptions
    LOGISTIC LSH_PROJECTION:LSHProjectionOptions LSTM:LSTMOptions MAX_POOL_2D:Pool2DOptions
    MUL:MulOptions RELU RELU_N1_TO_1 RELU6 RESHAPE:ReshapeOptions
    RESIZE_BILINEAR:ResizeBilinearOptions RNN:RNNOptions SOFTMAX:SoftmaxOptions
    SPACE_TO_DEPTH:SpaceToDepthOptions SVDF:SVDFOptions TANH
    CONCAT_EMBEDDINGS:ConcatEmbeddingsOptions SKIP_GRAM:SkipGramOptions CALL:CallOptions CUSTOM
    EMBEDDING_LOOKUP_SPARSE:EmbeddingLookupSparseOptions PAD:PadOptions
    UNIDIRECTIONAL_SEQUENCE_RNN:SequenceRNNOptions GATHER:GatherOptions
    BATCH_TO_SPACE_ND:BatchToSpaceNDOptions SPACE_TO_BATCH_ND:SpaceToBatchNDOptions
    TRANSPOSE:TransposeOptions MEAN:ReducerOptions SUB:SubOptions DIV:DivOptions
    SQUEEZE:SqueezeOptions UNIDIRECTIONAL_SEQUENCE_LSTM:UnidirectionalSequenceLSTMOptions
    STRIDED_SLICE:StridedSliceOptions BIDIRECTIONAL_SEQUENCE_RNN:BidirectionalSequenceRNNOptions
    EXP:ExpOptions TOPK_V2:TopKV2Options SPLIT:SplitOptions LOG_SOFTMAX:LogSoftmaxOptions
    DELEGATE BIDIRECTIONAL_SEQUENCE_LSTM:BidirectionalSequenceLSTMOptions CAST:CastOptions PRELU
    MAXIMUM:MaximumMinimumOptions ARG_MAX:ArgMaxOptions MINIMUM:MaximumMinimumOptions
    LESS:LessOptions NEG:NegOptions PADV2:PadV2Options GREATER:GreaterOptions
    GREATER_EQUAL:GreaterEqualOptions LESS_EQUAL:LessEqualOptions SELECT:SelectOptions
    SLICE:SliceOptions SIN TRANSPOSE_CONV:TransposeConvOptions
    SPARSE_TO_DENSE:SparseToDenseOptions TILE:TileOptions EXPAND_DIMS:ExpandDimsOptions
    EQUAL:EqualOptions NOT_EQUAL:NotEqualOptions LOG SUM:ReducerOptions SQRT RSQRT
    SHAPE:ShapeOptions POW:PowOptions ARG_MIN:ArgMinOptions FAKE_QUANT:FakeQuantOptions
    REDUCE_PROD:ReducerOptions REDUCE_MAX:ReducerOptions PACK:PackOptions
    LOGICAL_OR:LogicalOrOptions ONE_HOT:OneHotOptions LOGICAL_AND:LogicalAndOptions
    LOGICAL_NOT:LogicalNotOptions UNPACK:UnpackOptions REDUCE_MIN:ReducerOptions
    FLOOR_DIV:FloorDivOptions REDUCE_ANY:ReducerOptions SQUARE:SquareOptions
    ZEROS_LIKE:ZerosLikeOptions FILL:FillOptions FLOOR_MOD:FloorModOptions RANGE:RangeOptions
    RESIZE_NEAREST_NEIGHBOR:ResizeNearestNeighborOptions LEAKY_RELU:LeakyReluOptions
    SQUARED_DIFFERENCE:SquaredDifferenceOptions MIRROR_PAD:MirrorPadOptions ABS:AbsOptions
    SPLIT_V:SplitVOptions UNIQUE:UniqueOptions CEIL REVERSE_V2:ReverseV2Options
    ADD_N:AddNOptions GATHER_ND:GatherNdOptions COS:CosOptions WHERE:WhereOptions
    RANK:RankOptions ELU REVERSE_SEQUENCE:ReverseSequenceOptions MATRIX_DIAG:MatrixDiagOptions
    QUANTIZE:QuantizeOptions MATRIX_SET_DIAG:MatrixSetDiagOptions ROUND
    HARD_SWISH:HardSwishOptions IF:IfOptions WHILE:WhileOptions
    NON_MAX_SUPPRESSION_V4:NonMaxSuppressionV4Options
    NON_MAX_SUPPRESSION_V5:NonMaxSuppressionV5Options SCATTER_ND:ScatterNdOptions
    SELECT_V2:SelectV2Options DENSIFY:DensifyOptions SEGMENT_SUM:SegmentSumOptions
    BATCH_MATMUL:BatchMatMulOptions PLACEHOLDER_FOR_GREATER_OP_CODES CUMSUM:CumsumOptions
    CALL_ONCE:CallOnceOptions BROADCAST_TO:BroadcastToOptions RFFT2D:Rfft2dOptions
    CONV_3D:Conv3DOptions IMAG REAL COMPLEX_ABS HASHTABLE:HashtableOptions
    HASHTABLE_FIND:HashtableFindOptions HASHTABLE_IMPORT:HashtableImportOptions
    HASHTABLE_SIZE:HashtableSizeOptions REDUCE_ALL:ReducerOptions
    CONV_3D_TRANSPOSE:Conv3DOptions VAR_HANDLE:VarHandleOptions
    READ_VARIABLE:ReadVariableOptions ASSIGN_VARIABLE:AssignVariableOptions BROADCAST_ARGS
    RANDOM_STANDARD_NORMAL:RandomOptions BUCKETIZE:BucketizeOptions RANDOM_UNIFORM:RandomOptions
    MULTINOMIAL:RandomOptions GELU:GeluOptions DYNAMIC_UPDATE_SLICE:DynamicUpdateSliceOptions
    RELU_0_TO_1 UNSORTED_SEGMENT_PROD:UnsortedSegmentProdOptions
    UNSORTED_SEGMENT_MAX:UnsortedSegmentMaxOptions
    UNSORTED_SEGMENT_SUM:UnsortedSegmentSumOptions ATAN2:ATan2Options
    UNSORTED_SEGMENT_MIN:UnsortedSegmentMinOptions SIGN:SignOptions BITCAST:BitcastOptions
    BITWISE_XOR:BitwiseXorOptions RIGHT_SHIFT:RightShiftOptions STABLEHLO_LOGISTIC STABLEHLO_ADD
    STABLEHLO_DIVIDE STABLEHLO_MULTIPLY STABLEHLO_MAXIMUM STABLEHLO_RESHAPE STABLEHLO_CLAMP
    STABLEHLO_CONCATENATE:StablehloConcatenateOptions
    STABLEHLO_BROADCAST_IN_DIM:StablehloBroadcastInDimOptions
    STABLEHLO_CONVOLUTION:StablehloConvolutionOptions STABLEHLO_SLICE:StablehloSliceOptions
    STABLEHLO_CUSTOM_CALL:StablehloCustomCallOptions STABLEHLO_REDUCE:StablehloReduceOptions
    STABLEHLO_ABS STABLEHLO_AND STABLEHLO_COSINE STABLEHLO_EXPONENTIAL STABLEHLO_FLOOR
    STABLEHLO_LOG STABLEHLO_MINIMUM STABLEHLO_NEGATE STABLEHLO_OR STABLEHLO_POWER
    STABLEHLO_REMAINDER STABLEHLO_RSQRT STABLEHLO_SELECT STABLEHLO_SUBTRACT STABLEHLO_TANH
    STABLEHLO_SCATTER:StablehloScatterOptions STABLEHLO_COMPARE:StablehloCompareOptions
    STABLEHLO_CONVERT STABLEHLO_DYNAMIC_SLICE:StablehloDynamicSliceOptions
    STABLEHLO_DYNAMIC_UPDATE_SLICE STABLEHLO_PAD:StablehloPadOptions
    STABLEHLO_IOTA:StablehloIotaOptions STABLEHLO_DOT_GENERAL:StablehloDotGeneralOptions
    STABLEHLO_REDUCE_WINDOW:StablehloReduceWindowOptions STABLEHLO_SORT:StablehloSortOptions
    STABLEHLO_WHILE:StablehloWhileOptions STABLEHLO_GATHER:StablehloGatherOptions
    STABLEHLO_TRANSPOSE:StablehloTransposeOptions DILATE:DilateOptions
    STABLEHLO_RNG_BIT_GENERATOR:StablehloRngBitGeneratorOptions
    REDUCE_WINDOW:ReduceWindowOptions STABLEHLO_COMPOSITE:StableHLOCompositeOptions
    STABLEHLO_SHIFT_LEFT:StablehloShiftLeftOptions STABLEHLO_CBRT
    STABLEHLO_CASE:StablehloCaseOptions
"""

# Enum name and, after the colon, the type that a file stores it in; then its members.
ENUMS = {
    "TensorType:int8": """
        FLOAT32 FLOAT16 INT32 UINT8 INT64 STRING BOOL INT16 COMPLEX64 INT8 FLOAT64 COMPLEX128
        UINT64 RESOURCE VARIANT UINT32 UINT16 INT4 BFLOAT16 INT2 UINT4 FLOAT8_E4M3FN FLOAT8_E5M2
    """,
    "DimensionType:int8": """
        DENSE SPARSE_CSR
    """,
    "StablehloPrecisionConfig:uint32": """
        DEFAULT HIGH HIGHEST
    """,
    "StablehloComparisonDirection:uint32": """
        STABLEHLO_COMPARISON_DIRECTION_EQ STABLEHLO_COMPARISON_DIRECTION_NE
        STABLEHLO_COMPARISON_DIRECTION_GE STABLEHLO_COMPARISON_DIRECTION_GT
        STABLEHLO_COMPARISON_DIRECTION_LE STABLEHLO_COMPARISON_DIRECTION_LT
    """,
    "StablehloComparisonType:uint32": """
        STABLEHLO_COMPARISON_TYPE_NOTYPE STABLEHLO_COMPARISON_TYPE_FLOAT
        STABLEHLO_COMPARISON_TYPE_FLOAT_TOTAL_ORDER STABLEHLO_COMPARISON_TYPE_SIGNED
        STABLEHLO_COMPARISON_TYPE_UNSIGNED
    """,
    "RngAlgorithm:int8": """
        DEFAULT PHILOX THREEFRY
    """,
    "Padding:int8": """
        SAME VALID
    """,
    "ActivationFunctionType:int8": """
        NONE RELU RELU_N1_TO_1 RELU6 TANH SIGN_BIT
    """,
    "LSHProjectionType:int8": """
        UNKNOWN SPARSE DENSE
    """,
    "FullyConnectedOptionsWeightsFormat:int8": """
        DEFAULT SHUFFLED4x16INT8
    """,
    "LSTMKernelType:int8": """
        FULL BASIC
    """,
    "CombinerType:int8": """
        SUM MEAN SQRTN
    """,
    "MirrorPadMode:int8": """
        REFLECT SYMMETRIC
    """,
    "ReduceWindowFunction:int32": """
        UNSUPPORTED ADD MUL MINIMUM MAXIMUM ALL ANY
    """,
    "CustomOptionsFormat:int8": """
        FLEXBUFFERS
    """,
}

# A union of tables; value 0 is NONE everywhere.
UNIONS = {
    "QuantizationDetails": """
        CustomQuantization BlockwiseQuantization MultiAxisQuantization
    """,
    "SparseIndexVector": """
        Int32Vector Uint16Vector Uint8Vector
    """,
    "BuiltinOptions": """
        Conv2DOptions DepthwiseConv2DOptions ConcatEmbeddingsOptions LSHProjectionOptions
        Pool2DOptions SVDFOptions RNNOptions FullyConnectedOptions SoftmaxOptions
        ConcatenationOptions AddOptions L2NormOptions LocalResponseNormalizationOptions
        LSTMOptions ResizeBilinearOptions CallOptions ReshapeOptions SkipGramOptions
        SpaceToDepthOptions EmbeddingLookupSparseOptions MulOptions PadOptions GatherOptions
        BatchToSpaceNDOptions SpaceToBatchNDOptions TransposeOptions ReducerOptions SubOptions
        DivOptions SqueezeOptions SequenceRNNOptions StridedSliceOptions ExpOptions
        TopKV2Options SplitOptions LogSoftmaxOptions CastOptions DequantizeOptions
        MaximumMinimumOptions ArgMaxOptions LessOptions NegOptions PadV2Options GreaterOptions
        GreaterEqualOptions LessEqualOptions SelectOptions SliceOptions TransposeConvOptions
        SparseToDenseOptions TileOptions ExpandDimsOptions EqualOptions NotEqualOptions
        ShapeOptions PowOptions ArgMinOptions FakeQuantOptions PackOptions LogicalOrOptions
        OneHotOptions LogicalAndOptions LogicalNotOptions UnpackOptions FloorDivOptions
        SquareOptions ZerosLikeOptions FillOptions BidirectionalSequenceLSTMOptions
        BidirectionalSequenceRNNOptions UnidirectionalSequenceLSTMOptions FloorModOptions
        RangeOptions ResizeNearestNeighborOptions LeakyReluOptions SquaredDifferenceOptions
        MirrorPadOptions AbsOptions SplitVOptions UniqueOptions ReverseV2Options AddNOptions
        GatherNdOptions CosOptions WhereOptions RankOptions ReverseSequenceOptions
        MatrixDiagOptions QuantizeOptions MatrixSetDiagOptions HardSwishOptions IfOptions
        WhileOptions DepthToSpaceOptions NonMaxSuppressionV4Options NonMaxSuppressionV5Options
        ScatterNdOptions SelectV2Options DensifyOptions SegmentSumOptions BatchMatMulOptions
        CumsumOptions CallOnceOptions BroadcastToOptions Rfft2dOptions Conv3DOptions
        HashtableOptions HashtableFindOptions HashtableImportOptions HashtableSizeOptions
        VarHandleOptions ReadVariableOptions AssignVariableOptions RandomOptions
        BucketizeOptions GeluOptions DynamicUpdateSliceOptions UnsortedSegmentProdOptions
        UnsortedSegmentMaxOptions UnsortedSegmentMinOptions UnsortedSegmentSumOptions
        ATan2Options SignOptions BitcastOptions BitwiseXorOptions RightShiftOptions
    """,
    "BuiltinOptions2": """
        StablehloConcatenateOptions StablehloBroadcastInDimOptions StablehloSliceOptions
        StablehloConvolutionOptions StablehloCustomCallOptions StablehloReduceOptions
        StablehloScatterOptions StablehloCompareOptions StablehloDynamicSliceOptions
        StablehloPadOptions StablehloIotaOptions StablehloDotGeneralOptions
        StablehloReduceWindowOptions StablehloSortOptions StablehloWhileOptions
        StablehloGatherOptions StablehloTransposeOptions DilateOptions
        StablehloRngBitGeneratorOptions ReduceWindowOptions StableHLOCompositeOptions
        StablehloShiftLeftOptions StablehloCaseOptions
    """,
}
