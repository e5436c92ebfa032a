namespace Rnn.Models.CharRnn;

/// <summary>Receives one window of a text after another.</summary>
/// <param name="window">Valid until the method returns.</param>
public delegate void CharRnnWindowHandler(CharRnnWindow window);
