"""The tables of the TFLite schema, as compact text: the fields in slot order.

A field reads ``name:type=default``; the type is a scalar, ``string``, an enum, a table or a
union (``kernels.tflite.enums``), in brackets when it is a vector, with ``@n`` when the schema
forces an alignment. The default is 0 unless given; ``deprecated`` keeps a slot that is no longer
used. Source: tflite/converter/schema/schema.fbs of google-ai-edge/LiteRT.
"""

from __future__ import annotations

# What a model is made of.
MODEL_TABLES = {
    "Model": """
        version:uint32 operator_codes:[OperatorCode] subgraphs:[SubGraph] description:string
        buffers:[Buffer] metadata_buffer:[int32] metadata:[Metadata]
        signature_defs:[SignatureDef] external_buffer_groups:[ExternalBufferGroup]
        external_buffers:[ExternalBuffer]
    """,
    "OperatorCode": """
        deprecated_builtin_code:int8 custom_code:string version:int32=1
        builtin_code:BuiltinOperator
    """,
    "SubGraph": """
        tensors:[Tensor] inputs:[int32] outputs:[int32] operators:[Operator] name:string
        debug_metadata_index:int32=-1
    """,
    "Tensor": """
        shape:[int32] type:TensorType buffer:uint32 name:string
        quantization:QuantizationParameters is_variable:bool sparsity:SparsityParameters
        shape_signature:[int32] has_rank:bool variant_tensors:[VariantSubType]
        external_buffer:uint32
    """,
    "Operator": """
        opcode_index:uint32 inputs:[int32] outputs:[int32] builtin_options:BuiltinOptions
        custom_options:[uint8] custom_options_format:CustomOptionsFormat
        mutating_variable_inputs:[bool] intermediates:[int32] large_custom_options_offset:uint64
        large_custom_options_size:uint64 builtin_options_2:BuiltinOptions2
        debug_metadata_index:int32=-1
    """,
    "Buffer": "data:[uint8]@16 offset:uint64 size:uint64",
    "Metadata": "name:string buffer:uint32",
    "SignatureDef": """
        inputs:[TensorMap] outputs:[TensorMap] signature_key:string deprecated_tag:deprecated
        subgraph_index:uint32
    """,
    "TensorMap": "name:string tensor_index:uint32",
    "QuantizationParameters": """
        min:[float32] max:[float32] scale:[float32] zero_point:[int64]
        details:QuantizationDetails quantized_dimension:int32
    """,
    "CustomQuantization": "custom:[uint8]@16",
    "BlockwiseQuantization": "scales:int32 zero_points:int32 block_size:int32 block_shape:[int32]",
    "MultiAxisQuantization": """
        scales:int32 zero_points:int32 block_size:int32 quantized_dimensions:[int32]
    """,
    "SparsityParameters": """
        traversal_order:[int32] block_map:[int32] dim_metadata:[DimensionMetadata]
    """,
    "DimensionMetadata": """
        format:DimensionType dense_size:int32 array_segments:SparseIndexVector
        array_indices:SparseIndexVector
    """,
    "Int32Vector": "values:[int32]",
    "Uint16Vector": "values:[uint16]@4",
    "Uint8Vector": "values:[uint8]@4",
    "VariantSubType": "shape:[int32] type:TensorType has_rank:bool",
    "ExternalBufferGroup": "name:string",
    "ExternalBuffer": "id:uint32 group:uint32 offset:uint64 length:uint64 packing:string",
}

# The options of operators.
OPTIONS_TABLES = {
    "AddOptions": "fused_activation_function:ActivationFunctionType pot_scale_int16:bool=true",
    "ArgMaxOptions": "output_type:TensorType",
    "ArgMinOptions": "output_type:TensorType",
    "BatchMatMulOptions": "adj_x:bool adj_y:bool asymmetric_quantize_inputs:bool",
    "BidirectionalSequenceLSTMOptions": """
        fused_activation_function:ActivationFunctionType cell_clip:float32 proj_clip:float32
        merge_outputs:bool time_major:bool=true asymmetric_quantize_inputs:bool
    """,
    "BidirectionalSequenceRNNOptions": """
        time_major:bool fused_activation_function:ActivationFunctionType merge_outputs:bool
        asymmetric_quantize_inputs:bool
    """,
    "BucketizeOptions": "boundaries:[float32]",
    "CallOnceOptions": "init_subgraph_index:int32",
    "CallOptions": "subgraph:uint32",
    "CastOptions": "in_data_type:TensorType out_data_type:TensorType",
    "ConcatEmbeddingsOptions": """
        num_channels:int32 num_columns_per_channel:[int32] embedding_dim_per_channel:[int32]
    """,
    "ConcatenationOptions": "axis:int32 fused_activation_function:ActivationFunctionType",
    "Conv2DOptions": """
        padding:Padding stride_w:int32 stride_h:int32
        fused_activation_function:ActivationFunctionType dilation_w_factor:int32=1
        dilation_h_factor:int32=1 quantized_bias_type:TensorType
    """,
    "Conv3DOptions": """
        padding:Padding stride_d:int32 stride_w:int32 stride_h:int32
        fused_activation_function:ActivationFunctionType dilation_d_factor:int32=1
        dilation_w_factor:int32=1 dilation_h_factor:int32=1
    """,
    "CumsumOptions": "exclusive:bool reverse:bool",
    "DepthToSpaceOptions": "block_size:int32",
    "DepthwiseConv2DOptions": """
        padding:Padding stride_w:int32 stride_h:int32 depth_multiplier:int32
        fused_activation_function:ActivationFunctionType dilation_w_factor:int32=1
        dilation_h_factor:int32=1
    """,
    "DivOptions": "fused_activation_function:ActivationFunctionType",
    "EmbeddingLookupSparseOptions": "combiner:CombinerType",
    "FakeQuantOptions": "min:float32 max:float32 num_bits:int32 narrow_range:bool",
    "FullyConnectedOptions": """
        fused_activation_function:ActivationFunctionType
        weights_format:FullyConnectedOptionsWeightsFormat keep_num_dims:bool
        asymmetric_quantize_inputs:bool quantized_bias_type:TensorType quant_spec:[uint8]
    """,
    "GatherOptions": "axis:int32 batch_dims:int32",
    "GeluOptions": "approximate:bool",
    "HashtableOptions": "table_id:int32 key_dtype:TensorType value_dtype:TensorType",
    "IfOptions": "then_subgraph_index:int32 else_subgraph_index:int32",
    "L2NormOptions": "fused_activation_function:ActivationFunctionType",
    "LSHProjectionOptions": "type:LSHProjectionType",
    "LSTMOptions": """
        fused_activation_function:ActivationFunctionType cell_clip:float32 proj_clip:float32
        kernel_type:LSTMKernelType asymmetric_quantize_inputs:bool
    """,
    "LeakyReluOptions": "alpha:float32",
    "LocalResponseNormalizationOptions": "radius:int32 bias:float32 alpha:float32 beta:float32",
    "MirrorPadOptions": "mode:MirrorPadMode",
    "MulOptions": "fused_activation_function:ActivationFunctionType",
    "OneHotOptions": "axis:int32",
    "PackOptions": "values_count:int32 axis:int32",
    "Pool2DOptions": """
        padding:Padding stride_w:int32 stride_h:int32 filter_width:int32 filter_height:int32
        fused_activation_function:ActivationFunctionType
    """,
    "RNNOptions": """
        fused_activation_function:ActivationFunctionType asymmetric_quantize_inputs:bool
    """,
    "RandomOptions": "seed:int64 seed2:int64",
    "ReduceWindowOptions": "reduce_function:ReduceWindowFunction",
    "ReducerOptions": "keep_dims:bool",
    "ReshapeOptions": "new_shape:[int32]",
    "ResizeBilinearOptions": """
        new_height:deprecated new_width:deprecated align_corners:bool half_pixel_centers:bool
    """,
    "ResizeNearestNeighborOptions": "align_corners:bool half_pixel_centers:bool",
    "ReverseSequenceOptions": "seq_dim:int32 batch_dim:int32",
    "SVDFOptions": """
        rank:int32 fused_activation_function:ActivationFunctionType
        asymmetric_quantize_inputs:bool
    """,
    "SequenceRNNOptions": """
        time_major:bool fused_activation_function:ActivationFunctionType
        asymmetric_quantize_inputs:bool
    """,
    "ShapeOptions": "out_type:TensorType",
    "SkipGramOptions": "ngram_size:int32 max_skip_size:int32 include_all_ngrams:bool",
    "SoftmaxOptions": "beta:float32",
    "SpaceToDepthOptions": "block_size:int32",
    "SparseToDenseOptions": "validate_indices:bool",
    "SplitOptions": "num_splits:int32",
    "SplitVOptions": "num_splits:int32",
    "SqueezeOptions": "squeeze_dims:[int32]",
    "StridedSliceOptions": """
        begin_mask:int32 end_mask:int32 ellipsis_mask:int32 new_axis_mask:int32
        shrink_axis_mask:int32 offset:bool
    """,
    "SubOptions": "fused_activation_function:ActivationFunctionType pot_scale_int16:bool=true",
    "TransposeConvOptions": """
        padding:Padding stride_w:int32 stride_h:int32
        fused_activation_function:ActivationFunctionType quantized_bias_type:TensorType
    """,
    "UnidirectionalSequenceLSTMOptions": """
        fused_activation_function:ActivationFunctionType cell_clip:float32 proj_clip:float32
        time_major:bool asymmetric_quantize_inputs:bool diagonal_recurrent_tensors:bool
    """,
    "UniqueOptions": "idx_out_type:TensorType=INT32",
    "UnpackOptions": "num:int32 axis:int32",
    "VarHandleOptions": "container:string shared_name:string",
    "WhileOptions": "cond_subgraph_index:int32 body_subgraph_index:int32",
    "StableHLOCompositeOptions": """
        name:string decomposition_subgraph_index:int32 composite_attributes:[uint8]
        composite_attributes_format:CustomOptionsFormat version:int32
    """,
    "StablehloBroadcastInDimOptions": "broadcast_dimensions:[int64]",
    "StablehloCaseOptions": "branch_subgraph_indices:[int32]",
    "StablehloCompareOptions": """
        comparison_direction:StablehloComparisonDirection compare_type:StablehloComparisonType
    """,
    "StablehloConcatenateOptions": "dimension:int64",
    "StablehloConvolutionOptions": """
        window_strides:[int64] padding:[int64] lhs_dilation:[int64] rhs_dilation:[int64]
        window_reversal:[bool] input_batch_dimension:int64 input_feature_dimension:int64
        input_spatial_dimensions:[int64] kernel_input_feature_dimension:int64
        kernel_output_feature_dimension:int64 kernel_spatial_dimensions:[int64]
        output_batch_dimension:int64 output_feature_dimension:int64
        output_spatial_dimensions:[int64] feature_group_count:int64 batch_group_count:int64
        precision_config:[StablehloPrecisionConfig]
    """,
    "StablehloCustomCallOptions": """
        call_target_name:string has_side_effect:bool backend_config:string api_version:int32
        called_computations:[int32] custom_attributes:[uint8]
    """,
    "StablehloDotGeneralOptions": """
        lhs_batching_dimensions:[int64] rhs_batching_dimensions:[int64]
        lhs_contracting_dimensions:[int64] rhs_contracting_dimensions:[int64]
        precision_config:[StablehloPrecisionConfig]
    """,
    "StablehloDynamicSliceOptions": "slice_sizes:[int64]",
    "StablehloGatherOptions": """
        offset_dims:[int64] collapsed_slice_dims:[int64] start_index_map:[int64]
        index_vector_dim:int64 slice_sizes:[int64] indices_are_sorted:bool
    """,
    "StablehloIotaOptions": "iota_dimension:int64",
    "StablehloPadOptions": """
        edge_padding_low:[int64] edge_padding_high:[int64] interior_padding:[int64]
    """,
    "StablehloReduceOptions": "dimensions:[int64] body_subgraph_index:int32",
    "StablehloReduceWindowOptions": """
        window_dimensions:[int64] window_strides:[int64] base_dilations:[int64]
        window_dilations:[int64] padding:[int64] body_subgraph_index:int32
    """,
    "StablehloRngBitGeneratorOptions": "algorithm:RngAlgorithm",
    "StablehloScatterOptions": """
        indices_are_sorted:bool update_window_dims:[int64] inserted_window_dims:[int64]
        scatter_dims_to_operand_dims:[int64] index_vector_dim:int64 unique_indices:bool
        update_computation_subgraph_index:int32
    """,
    "StablehloSliceOptions": "start_indices:[int64] limit_indices:[int64] strides:[int64]",
    "StablehloSortOptions": "dimension:int64 is_stable:bool comparator_subgraph_index:int32",
    "StablehloTransposeOptions": "permutation:[int64]",
    "StablehloWhileOptions": "cond_subgraph_index:int32 body_subgraph_index:int32",
}

# The options of operators that have none: tables without a field.
EMPTY_OPTIONS_TABLES = """
    ATan2Options AbsOptions AddNOptions AssignVariableOptions BatchToSpaceNDOptions
    BitcastOptions BitwiseXorOptions BroadcastToOptions CosOptions DensifyOptions
    DequantizeOptions DilateOptions DynamicUpdateSliceOptions EqualOptions ExpOptions
    ExpandDimsOptions FillOptions FloorDivOptions FloorModOptions GatherNdOptions
    GreaterEqualOptions GreaterOptions HardSwishOptions HashtableFindOptions
    HashtableImportOptions HashtableSizeOptions LessEqualOptions LessOptions LogSoftmaxOptions
    LogicalAndOptions LogicalNotOptions LogicalOrOptions MatrixDiagOptions MatrixSetDiagOptions
    MaximumMinimumOptions NegOptions NonMaxSuppressionV4Options NonMaxSuppressionV5Options
    NotEqualOptions PadOptions PadV2Options PowOptions QuantizeOptions RangeOptions RankOptions
    ReadVariableOptions ReverseV2Options Rfft2dOptions RightShiftOptions ScatterNdOptions
    SegmentSumOptions SelectOptions SelectV2Options SignOptions SliceOptions
    SpaceToBatchNDOptions SquareOptions SquaredDifferenceOptions StablehloShiftLeftOptions
    TileOptions TopKV2Options TransposeOptions UnsortedSegmentMaxOptions
    UnsortedSegmentMinOptions UnsortedSegmentProdOptions UnsortedSegmentSumOptions WhereOptions
    ZerosLikeOptions
"""
