using System.Runtime.InteropServices;

namespace Kafka.Protocol.Records;

/// <summary>The system's libzstd, which Debian and most other Linux systems always have. Names and meanings are those of zstd.h.</summary>
sealed class ZstdLibrary
{
    static readonly string[] names = OperatingSystem.IsWindows() ? ["libzstd.dll", "zstd.dll"]
        : OperatingSystem.IsMacOS() ? ["libzstd.1.dylib"]
        : ["libzstd.so.1"];

    static readonly Lazy<ZstdLibrary?> instance = new(Load);

    ZstdLibrary(nint handle)
    {
        CreateContext = Function<CreateContextFunction>(handle, "ZSTD_createDCtx");
        FreeContext = Function<FreeContextFunction>(handle, "ZSTD_freeDCtx");
        Decompress = Function<DecompressFunction>(handle, "ZSTD_decompressStream");
        IsError = Function<IsErrorFunction>(handle, "ZSTD_isError");
    }

    public delegate nint CreateContextFunction();

    public delegate nuint FreeContextFunction(nint context);

    public delegate nuint DecompressFunction(nint context, ref Buffer output, ref Buffer input);

    public delegate uint IsErrorFunction(nuint result);

    /// <summary>Null where the system has none.</summary>
    public static ZstdLibrary? Instance => instance.Value;

    public CreateContextFunction CreateContext { get; }

    public FreeContextFunction FreeContext { get; }

    /// <summary>0 at the end of a frame, else a hint at how much is missing, or an error.</summary>
    public DecompressFunction Decompress { get; }

    public IsErrorFunction IsError { get; }

    static ZstdLibrary? Load()
    {
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, out var handle))
            {
                return new ZstdLibrary(handle);
            }
        }

        return null;
    }

    static T Function<T>(nint handle, string name) => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(handle, name));

    /// <summary>ZSTD_inBuffer and ZSTD_outBuffer, over an array of the pinned heap.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Buffer(byte[] pinned)
    {
        readonly nint start = Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0);
        readonly nuint size = (nuint)pinned.Length;
        nuint position;

        public readonly int Size => (int)size;

        public int Position
        {
            readonly get => (int)position;
            set => position = (nuint)value;
        }
    }
}
