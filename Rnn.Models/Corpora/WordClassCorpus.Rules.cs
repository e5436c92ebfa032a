namespace Rnn.Models.Corpora;

public static partial class WordClassCorpus
{
    // The frequent words first. No word is in two classes, and none of them stands in a rule.
    private const string WordLists = """
        words Animal: dog cat horse fox owl rabbit wolf sheep goat mouse otter badger heron hedgehog lizard
          falcon
        words Body: hand head knee shoulder arm elbow ankle wrist neck finger thumb ear
        words City: lisbon oslo cairo vienna dublin lima prague athens hanoi nairobi quito bergen seville kyoto
          riga turin
        words Clothes: coat hat shirt scarf dress jacket skirt sweater apron cloak shawl waistcoat glove boot
        words Colour: red blue green white black yellow brown grey purple pink crimson turquoise
        words Country: norway peru kenya austria japan chile greece ireland portugal egypt vietnam latvia
          ecuador bolivia
        words Drink: tea coffee milk wine water cider juice beer lemonade cocoa brandy rum
        words Feeling: happy tired angry sad hungry proud nervous calm lonely curious cheerful jealous sleepy
          bored
        words Food: bread cheese soup rice honey butter salad porridge pasta cabbage ham stew noodles lentils
          yoghurt jam
        words Instrument: piano violin guitar flute drum trumpet harp cello clarinet banjo accordion oboe
        words Material: wood iron stone glass silver leather copper clay bronze marble brass bamboo
        words Month: june january may october march december april july september november august february
        words Motion: walked ran went travelled hurried wandered crept rushed marched drifted strolled limped
        words Number: two three four five six seven ten eight nine twelve twenty thirty fifty forty
        words Plant: oak rose willow pine tulip fern birch daisy maple clover nettle poppy cedar heather
        words Profession: teacher doctor baker farmer sailor tailor painter nurse miner lawyer carpenter mason
          plumber surgeon
        words Room: kitchen cellar attic hall stable barn parlour workshop pantry loft chapel bathroom
        words Speech: said replied whispered answered explained shouted muttered announced insisted claimed
          admitted swore
        words Tool: hammer knife saw spade axe needle ladder chisel shovel rake wrench bucket
        words Vehicle: train car bus boat ship bicycle tram ferry lorry wagon canoe sledge
        words Weather: rain snow wind fog frost sunshine mist hail thunder drizzle sleet lightning
        """;

    // Every class has contexts of its own, and most share some with another: cities and countries, food and drink,
    // tools and instruments, animals and professions, colours and materials. One sentence in five tells nothing: there,
    // any word of any class may stand.
    private const string Rules = """
        Sentence:
          8 <Who> <Motion> to <Where> by <Vehicle>\n
          6 <Who> <Motion> from <Where> to <Where> in <Month>\n
          5 <Who> <Motion> into the <Room> and <Speech> nothing\n
          7 the <Animal> <Motion> <Path>\n
          4 the <Colour> <Animal> slept <Near>\n
          3 the <Animal> bit the <Profession> in the <Body>\n
          3 <Who> fed the <Animal> with <Food>\n
          3 the tail of the <Animal> was <Colour>\n
          6 <Who> ate <Food> and drank <Drink>\n
          5 <Who> ordered <Dish> with <Dish>\n
          3 <Who> poured the <Drink> into the <Holder> cup\n
          3 <Who> cooked the <Food> for <Number> hours\n
          3 a bottle of <Drink> stood in the <Room>\n
          3 we had <Food> for dinner in <Where>\n
          3 <Who> drank <Number> glasses of <Drink>\n
          6 <Who> wore a <Colour> <Clothes> in <Where>\n
          3 the <Profession> sewed a button on the <Clothes>\n
          3 the sleeve of the <Clothes> was <Colour>\n
          3 <Who> took off the <Clothes> because of the <Weather>\n
          4 <Who> made the <Tool> of <Material>\n
          3 the <Profession> cut the <Plant> with the <Tool>\n
          3 the <Holder> <Tool> lay in the <Room>\n
          3 <Who> borrowed the <Tool> of the <Profession>\n
          3 a bridge of <Material> leads to <City>\n
          3 the walls of the <Room> were made of <Material>\n
          3 the price of <Material> doubled in <Month>\n
          6 <Who> played the <Instrument> for <Number> hours\n
          3 a song for <Instrument> and <Instrument> was heard in <City>\n
          3 <Who> learned the <Instrument> from the <Profession>\n
          5 <Who> bought the <Thing> for <Number> coins\n
          4 <Who> repaired the <Mechanism> in the <Room>\n
          4 the <Vehicle> to <Where> leaves at <Number>\n
          3 <Who> missed the <Vehicle> by <Number> minutes\n
          3 the <Colour> <Vehicle> stopped in the <Weather>\n
          6 <Who> <Speech> that <Whom> was <Feeling>\n
          4 <Who> <Speech> something about the <Weather>\n
          3 yes <Speech> the <Profession>\n
          4 the <Weather> in <Where> lasted for <Number> days\n
          3 there was <Weather> in <Month>\n
          3 <Who> became <Feeling> after the <Weather>\n
          4 <Whom> was <Feeling> and <Feeling>\n
          3 why is <Whom> so <Feeling> today\n
          4 <Who> hurt the left <Body> in <Month>\n
          3 <Who> had pain in the <Body> for <Number> weeks\n
          3 the doctors looked at the <Body>\n
          4 the <Plant> grew <Near>\n
          3 the leaves of the <Plant> turned <Colour> in <Month>\n
          3 <Who> planted the <Plant> behind the <Room>\n
          3 the king of <Country> visited <City>\n
          3 the mayor of <City> lost <Number> votes\n
          3 <City> is the largest town in <Country>\n
          3 the army of <Country> crossed the border in <Month>\n
          3 the streets of <City> are full of <Weather>\n
          3 <Number> of the guests were born in <Month>\n
          3 on the <Ordinal> of <Month> the <Profession> retired\n
          3 <Who> works as a <Profession> in <Where>\n
          12 the picture showed <Any> and <Any>\n
          12 <Who> dreamed of <Any> once more\n
          12 <Any> was the last word of the story\n
          12 all that we remember is <Any> or <Any>\n
        Any:
          1 <Animal>
          1 <Body>
          1 <City>
          1 <Clothes>
          1 <Colour>
          1 <Country>
          1 <Drink>
          1 <Feeling>
          1 <Food>
          1 <Instrument>
          1 <Material>
          1 <Month>
          1 <Motion>
          1 <Number>
          1 <Plant>
          1 <Profession>
          1 <Room>
          1 <Speech>
          1 <Tool>
          1 <Vehicle>
          1 <Weather>
        Who:
          6 the <Profession>
          3 the <Feeling> <Profession>
          2 the <Profession> from <Where>
          4 he
          4 she
          3 my <Kin>
        Whom:
          5 the <Profession>
          5 the <Animal>
          2 she
          2 my <Kin>
        Where:
          5 <City>
          4 <Country>
        Path:
          3 over the hill
          3 across the field
          2 under the <Plant>
          2 into the <Room>
          1 towards <City>
        Near:
          3 near the <Room>
          2 beside the <Plant>
          2 in the garden
        Dish:
          3 <Food>
          2 <Drink>
        Holder:
          2 <Material>
          2 <Colour>
        Thing:
          3 <Tool>
          3 <Clothes>
          2 <Instrument>
          2 <Vehicle>
        Mechanism:
          3 <Vehicle>
          2 <Instrument>
          2 <Tool>
        words Kin: brother sister uncle aunt cousin
        words Ordinal: first second third fourth fifth
        """;
}
