namespace Rnn.Models.Corpora;

public static partial class StoryGrammar
{
    // Why it is unambiguous: no word stands in two lists; a place ("near the mill") follows only verbs without an
    // object, subjects without a clause and the end of a "that" clause; "because" and ", then" join whole clauses only;
    // the last letter of a name tells what it is (o, a: people, i: animal, u: town); each mark belongs to one rule.
    // Why it has names: syllables are quickly learned and hold much entropy, so what is left to learn counts for less.
    // @k is the kind of the subject (m, f, n, p), @n its number, @v the form of a verb.
    private const string Rules = """
        # ---- Stories ----
        Story:
          4 <Telling.m>\n\n
          4 <Telling.f>\n\n
          4 <Telling.n>\n\n
          4 <Telling.p>\n\n
        Telling.@k:
          1 <^Opening.@k> <Body.@k>
        Body.@k:
          10 <Line.@k> <Body.@k>
          4 <Line.@k>\n<Body.@k>
          2 <^Ending.@k>
        Opening.@k:
          3 on a <Weather> <Season> night in the year 1<Digit><Digit><Digit>, <Newcomer.@k> <Motion.@n> <Toward> <Town>.
          3 <Near> there <Live.@n> <Newcomer.@k>.
          2 far beyond the <Place> <Live.@n> <Newcomer.@k>.
        Newcomer.m:
          1 a <Adj> <Being.m> named <Name.m>
        Newcomer.f:
          1 a <Adj> <Being.f> named <Name.f>
        Newcomer.n:
          1 a <Adj> <Being.n> named <Name.n>
        Newcomer.p:
          1 <Number> <Adj> <Being.p>
        Ending.@k:
          3 and so <They.@k> <Action.@k.@n>, and the <Place> is quiet.
          2 good night, little <Animal.s>!
          2 only the <Animal.s> knows why.
        Line.@k:
          32 <^They.@k> <Action.@k.@n>.
          4 <^They.@k> <Action.@k.@n> because <Simple>.
          4 At <Hour> <They.@k> <Action.@k.@n>.
          9 <^Statement>.
          4 <^Quoting>
          6 <Exchange>
          4 <Question>?
          3 <Exclamation>!

        # ---- Sentences: the first word decides the last mark ----
        Statement:
          4 <Clause.m>
          4 <Clause.f>
          5 <Clause.n>
          6 <Clause.p>
          2 if <Simple>, <Simple>
        Question:
          2 Does <Subject.m> <Action.m.p>
          2 Does <Subject.f> <Action.f.p>
          2 Does <Subject.n> <Action.n.p>
          3 Do <Subject.p> <Action.p.p>
          2 Why <Be.s> <Plain.m> so <Mood>
          2 Why <Be.s> <Plain.f> so <Mood>
          2 Why <Be.p> <Plain.p> so <Mood>
        Exclamation:
          1 How <Manner> <Plain.m> <Rest.s>
          1 How <Manner> <Plain.f> <Rest.s>
          1 How <Manner> <Plain.n> <Rest.s>
          2 How <Manner> <Plain.p> <Rest.p>
        Clause.@k:
          9 <Subject.@k> <Action.@k.@n>
          1 <Subject.@k> <Action.@k.@n>, then <Action.@k.@n>
          4 <Subject.@k> <Action.@k.@n> because <They.@k> <Action.@k.@n>
          2 <Plain.@k>, who <Say.@n>, "<^Saying1>" <Action.@k.@n>
        Simple:
          2 <Plain.m> <Action.m.s>
          2 <Plain.f> <Action.f.s>
          3 <Plain.n> <Action.n.s>
          3 <Plain.p> <Action.p.p>
        Short:
          2 <Plain.m> <Rest.s>
          2 <Plain.f> <Rest.s>
          2 <Plain.n> <Rest.s>
          3 <Plain.p> <Rest.p>

        # ---- Speech: double quotes, single inside, double inside those ----
        Exchange:
          4 "<^Short>," <SpeakerSays>.
          3 "<Question>?" <SpeakerAsks>.
          2 "<Exclamation>!" <SpeakerCries>.
        SpeakerSays:
          2 <Say.s> <Plain.m>
          2 <Say.s> <Plain.f>
          2 <Say.s> <Plain.n>
          3 <Say.p> <Plain.p>
        SpeakerAsks:
          2 <Ask.s> <Plain.m>
          2 <Ask.s> <Plain.f>
          2 <Ask.s> <Plain.n>
          3 <Ask.p> <Plain.p>
        SpeakerCries:
          2 <Cry.s> <Plain.m>
          2 <Cry.s> <Plain.f>
          2 <Cry.s> <Plain.n>
          3 <Cry.p> <Plain.p>
        Teller:
          2 <Plain.m> <Say.s>
          2 <Plain.f> <Say.s>
          2 <Plain.n> <Say.s>
          3 <Plain.p> <Say.p>
        Quoting:
          1 <Teller>, "<Speech1>"
        Speech1:
          6 <^Short>.
          3 <Question>?
          3 <^Teller>, '<Speech2>'
        Speech2:
          6 <^Short>.
          1 <^Teller>, "<^Short>."
        Saying1:
          6 <Short>,
          2 <Teller>, '<^Saying2>'
        Saying2:
          6 <Short>,
          1 <Teller>, "<^Short>,"

        # ---- Who ----
        Subject.@k:
          9 <Plain.@k>
          4 <Plain.@k> <Near>
          4 <Plain.@k> who <Action.@k.@n>
          4 <Plain.@k> that <Fan>
        Fan:
          2 the <Trait> <Being.m> <Meet.s> <Near>
          2 the <Trait> <Being.f> <Meet.s>
          2 the <Being.n> <Meet.s>
          3 the <Being.p> <Meet.p> <Near>
        Plain.m:
          20 <Name.m>
          6 the <Being.m>
          5 the <Adj> <Being.m>
          2 a <Adj> <Being.m>
          1 every <Being.m>
        Plain.f:
          20 <Name.f>
          6 the <Being.f>
          5 the <Adj> <Being.f>
          2 a <Adj> <Being.f>
          1 every <Being.f>
        Plain.n:
          12 <Name.n>
          6 the <Being.n>
          5 the <Adj> <Being.n>
          2 a <Adj> <Being.n>
          1 every <Being.n>
        Plain.p:
          6 the <Being.p>
          4 the <Adj> <Being.p>
          3 <Number> <Being.p>
          2 both the <Being.n> and the <Being.n>
          12 <Name.f> and <Name.m>
        Name.m:
          1 <Stem>o
        Name.f:
          1 <Stem>a
        Name.n:
          1 <Stem>i
        Town:
          1 <Stem>u
        Stem:
          1 <^Onset><Vowel><Onset><Vowel><Onset>
          2 <^Onset><Vowel><Onset><Vowel><Onset><Vowel><Onset>
        Being.m:
          1 <Man.s>
        Being.f:
          1 <Woman.s>
        Being.n:
          1 <Animal.s>
        Being.p:
          3 <Man.p>
          3 <Woman.p>
          5 <Animal.p>
        Whom:
          12 <Name.m>
          12 <Name.f>
          6 <Name.n>
          3 the <Being.m>
          3 the <Being.f>
          4 the <Being.n>
          4 the <Being.p>
          2 the <Trait> <Being.m>
          2 the <Trait> <Being.f>

        # ---- What they do ----
        Action.@k.@v:
          5 <Rest.@v>
          4 <Rest.@v> <Near>
          1 <Rest.@v> <Manner>
          3 <Motion.@v> <Toward> the <Place>
          5 <Motion.@v> <Toward> <Town>
          6 <Keep.@v> <Poss.@k> <Treasure.s>
          3 <Keep.@v> <Poss.@k> <Shine> <Treasure.s>
          5 <Find.@v> <Lead><Digit><Digit> <Treasure.p>
          3 <Wear.@v> <Poss.@k> <Colour> <Clothes>
          4 <Eat.@v> a <Taste> <Food.s>
          2 <Eat.@v> <Number> <Food.p>
          3 <Play.@v> <Poss.@k> <Instrument>
          4 <Tell.@v> <Whom> a <Mind> <Tale>
          6 <Meet.@v> <Whom>
          2 <Give.@v> <Whom> a <Shine> <Treasure.s>
          3 <Want.@v> to <Action.@k.p>
          2 <Be.@v> as <Adj> as <Likeness>
        Near:
          2 <Beside> the <Place>
          1 <Beside> the <Air> <Place>
          6 <Beside> <Town>

        # ---- Words, the frequent ones first ----
        words Onset: m t l b r n s d p k f v
        words Vowel: a i o e u
        words Man: king/kings miller/millers boy/boys cook/cooks baker/bakers wizard/wizards sailor/sailors giant/giants
          uncle/uncles prince/princes
        words Woman: queen/queens witch/witches girl/girls aunt/aunts nurse/nurses fairy/fairies lady/ladies
          duchess/duchesses
        words Animal: fox/foxes owl/owls cat/cats hare/hares mouse/mice goose/geese bear/bears dog/dogs toad/toads
          wolf/wolves raven/ravens snail/snails
        words Adj: shy brave sad lazy merry proud clever sleepy hungry gentle wise jolly
        words Trait: old young kind tall
        words Air: old crooked quiet
        words Mood: tired angry glad worried lost
        words Digit: 1 2 3 4 5 6 7 8 9 0
        words Lead: 1 2 3 4 5 6 7 8 9
        words Number: two three six seven ten
        words They: he/she/it/they
        words Poss: his/her/its/their
        words Be: is/are
        words Live: lives/live
        words Rest: sleeps/sleep sings/sing waits/wait dances/dance laughs/laugh hums/hum snores/snore weeps/weep
          yawns/yawn nods/nod
        words Manner: softly badly loudly gladly
        words Motion: walks/walk runs/run goes/go creeps/creep rides/ride flies/fly
        words Toward: to into past
        words Keep: loses/lose keeps/keep hides/hide drops/drop cleans/clean breaks/break guards/guard
        words Find: finds/find counts/count steals/steal
        words Wear: wears/wear mends/mend
        words Eat: eats/eat bakes/bake tastes/taste
        words Play: plays/play tunes/tune
        words Tell: tells/tell reads/read
        words Meet: meets/meet feeds/feed trusts/trust loves/love helps/help fears/fear teases/tease visits/visit
        words Give: gives/give shows/show
        words Want: wants/want hopes/hope
        words Say: says/say whispers/whisper replies/reply
        words Ask: asks/ask wonders/wonder
        words Cry: cries/cry shouts/shout
        words Beside: near behind under above
        words Place: mill bridge river tower forest garden inn well hill cave barn castle
        words Treasure: key/keys ring/rings lantern/lanterns bell/bells map/maps crown/crowns candle/candles coin/coins
        words Shine: gold broken silver tiny rusty
        words Clothes: coat hat scarf boots mittens
        words Colour: red blue green white yellow
        words Food: pie/pies pear/pears loaf/loaves cake/cakes plum/plums bun/buns nut/nuts
        words Taste: warm sweet burnt sour
        words Instrument: fiddle flute drum harp
        words Tale: story secret riddle joke poem
        words Mind: long strange funny true
        words Likeness: the_moon a_stone the_snow a_cloud
        words Weather: dark stormy cold windy
        words Season: winter summer autumn spring
        words Hour: dawn midnight noon dusk
        """;
}
