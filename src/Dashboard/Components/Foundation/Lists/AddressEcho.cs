namespace Dashboard.Components.Foundation.Lists;

/// <summary>
/// Distinguishes an address that was chosen from one that only follows what is typed. What is typed is put into the address a moment
/// later, and on a slow line comes back with it when more was typed since, or put there already: that must not be taken back.
/// One component owns it.
/// </summary>
/// <param name="shown">What the address is known to have.</param>
sealed class AddressEcho(TimeProvider time, string? shown = null)
{
    /// <summary>What has not come back by then was overtaken by a later one and never will.</summary>
    static readonly TimeSpan longest = TimeSpan.FromSeconds(10);

    readonly List<(string Text, DateTimeOffset At)> put = [];

    /// <summary>It is put into the address now.</summary>
    public void Put(string text)
    {
        if (put.Count > 0 || text != shown)
        {
            put.Add((text, time.GetUtcNow()));
        }
    }

    /// <param name="text">What the address has.</param>
    /// <returns>Whether it is news, and was not put there.</returns>
    public bool IsChosen(string text)
    {
        if (text == shown)
        {
            return false;
        }

        shown = text;
        put.RemoveAll(one => time.GetUtcNow() - one.At > longest);
        var own = put.FindIndex(one => one.Text == text);
        put.RemoveRange(0, own < 0 ? put.Count : own + 1);
        return own < 0;
    }
}
