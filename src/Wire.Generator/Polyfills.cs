namespace System.Runtime.CompilerServices;

/// <summary>What the compiler wants for init-only members and records on netstandard2.0, the only target analyzers may have.</summary>
static class IsExternalInit;
