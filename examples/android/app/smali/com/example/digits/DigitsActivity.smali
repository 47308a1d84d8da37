# Maps the model where it lies in the APK, and shows how many bytes that gave. In Java:
#
#     AssetFileDescriptor model = getAssets().openFd("models/cnn.tflite");
#     FileChannel apk = new FileInputStream(model.getFileDescriptor()).getChannel();
#     ByteBuffer bytes = apk.map(READ_ONLY, model.getStartOffset(), model.getLength());
#
# openFd throws where aapt has compressed the file.
.class public Lcom/example/digits/DigitsActivity;
.super Landroid/app/Activity;

.method public constructor <init>()V
    .registers 1
    invoke-direct {p0}, Landroid/app/Activity;-><init>()V
    return-void
.end method

.method private map(Ljava/lang/String;)Ljava/nio/MappedByteBuffer;
    .registers 10

    invoke-virtual {p0}, Landroid/app/Activity;->getAssets()Landroid/content/res/AssetManager;
    move-result-object v0
    invoke-virtual {v0, p1}, Landroid/content/res/AssetManager;->openFd(Ljava/lang/String;)Landroid/content/res/AssetFileDescriptor;
    move-result-object v7

    invoke-virtual {v7}, Landroid/content/res/AssetFileDescriptor;->getFileDescriptor()Ljava/io/FileDescriptor;
    move-result-object v0
    new-instance v1, Ljava/io/FileInputStream;
    invoke-direct {v1, v0}, Ljava/io/FileInputStream;-><init>(Ljava/io/FileDescriptor;)V
    invoke-virtual {v1}, Ljava/io/FileInputStream;->getChannel()Ljava/nio/channels/FileChannel;
    move-result-object v0

    sget-object v1, Ljava/nio/channels/FileChannel$MapMode;->READ_ONLY:Ljava/nio/channels/FileChannel$MapMode;
    invoke-virtual {v7}, Landroid/content/res/AssetFileDescriptor;->getStartOffset()J
    move-result-wide v2
    invoke-virtual {v7}, Landroid/content/res/AssetFileDescriptor;->getLength()J
    move-result-wide v4
    invoke-virtual/range {v0 .. v5}, Ljava/nio/channels/FileChannel;->map(Ljava/nio/channels/FileChannel$MapMode;JJ)Ljava/nio/MappedByteBuffer;
    move-result-object v0
    return-object v0
.end method

.method protected onCreate(Landroid/os/Bundle;)V
    .registers 4
    invoke-super {p0, p1}, Landroid/app/Activity;->onCreate(Landroid/os/Bundle;)V

    const-string v0, "models/cnn.tflite"
    invoke-direct {p0, v0}, Lcom/example/digits/DigitsActivity;->map(Ljava/lang/String;)Ljava/nio/MappedByteBuffer;
    move-result-object v0
    invoke-virtual {v0}, Ljava/lang/Object;->toString()Ljava/lang/String;
    move-result-object v0

    new-instance v1, Landroid/widget/TextView;
    invoke-direct {v1, p0}, Landroid/widget/TextView;-><init>(Landroid/content/Context;)V
    invoke-virtual {v1, v0}, Landroid/widget/TextView;->setText(Ljava/lang/CharSequence;)V
    invoke-virtual {p0, v1}, Lcom/example/digits/DigitsActivity;->setContentView(Landroid/view/View;)V
    return-void
.end method
