using System.Collections.Immutable;
using System.Text;
using Dashboard.Messages.Bytes;
using Dashboard.Monitoring.Access;

namespace Dashboard.Messages.Decoding;

/// <summary>Takes out of a decoded body what an actor may not see: before it is shown, exported or searched.</summary>
public static class BodyMasking
{
    /// <param name="masks">Of the topic: <see cref="IPermissions.Masks"/>.</param>
    /// <returns>
    /// The body as it may be shown. What is masked whole says nothing of its trouble either. A value of which a field is masked, and which
    /// is no structure here (text, bytes that could not be read), is masked whole.
    /// </returns>
    public static DecodedBody Of(DecodedBody body, BodyPart part, ImmutableArray<FieldMask> masks)
    {
        var whole = part == BodyPart.Key ? MaskedPart.Key : MaskedPart.Value;
        if (masks.Any(mask => mask.Part == whole))
        {
            return Covered(body);
        }

        var paths = part == BodyPart.Value ? masks.Where(m => m.Part == MaskedPart.Field).Select(m => m.Path).ToList() : [];
        if (paths.Count == 0)
        {
            return body;
        }

        return body.Json is { } && JsonMasking.WithoutFields(Encoding.UTF8.GetBytes(body.Text), paths) is { } shown
            ? body with { Text = Encoding.UTF8.GetString(shown.Span), Json = JsonText.TryRead(shown) }
            : Covered(body);
    }

    static DecodedBody Covered(DecodedBody body) => body with { Text = JsonMasking.Mask, Json = null, Trouble = null };
}
