namespace Dashboard.Messages.Filters;

/// <summary>Which records are wanted. Thread safe: a search decides on several threads.</summary>
public interface IRecordFilter
{
    /// <summary>As it is written in an address: "text:ord-4411".</summary>
    string Text { get; }

    /// <summary>
    /// False where no record among these bytes, as they were written, can fit: a look at them, without reading them. Means nothing where
    /// bytes are shown otherwise than they were written, by a schema or through a mask.
    /// </summary>
    bool MayBeIn(ReadOnlySpan<byte> written);

    /// <summary>Whether a record fits, as its reader sees it.</summary>
    /// <exception cref="FilterException">It cannot be decided in reasonable time.</exception>
    bool Fits(ViewedRecord record);
}
