namespace Rnn.Models.Corpora.Scripts;

public static partial class ScriptGrammar
{
    // A scene draws a place and its weather, who is late and why, who lost what (of which colour, for how much), and
    // what is for dinner, and comes back to all of it until its end. Each is said as soon as it is drawn, so that few
    // ways are open at once; only the thief is silent, and gives himself away by what he says of the loss. x and y are
    // what an exchange is about, wise is a saying about them: the answer repeats it, ten tokens later. One speaker is
    // never followed by himself within an exchange. Nouns and adjectives begin with a consonant, so that "a" is right.
    internal const string Rules = """
        Scene:
          1 <Opening> <Loss> <Dinner> <Exchanges> <Ending>
        Opening:
          1 ( <place=Place> <place> , <weather=Weather> <weather> . everyone is here but <late=Speaker>
              <Title.$late> . ) \n\n
        Loss:
          1 <owner=Speaker-late> <owner> \n <Cry.$owner> my <colour=Colour> <colour> <thing=Thing> <thing> is gone
              ! i paid <price=Price> <price> pounds for it . \n\n <thief=Speaker-owner-late>
        Dinner:
          1 <a=Speaker-owner-late> <a> \n <Sigh.$a> there is <dish=Dish> <dish> for dinner , and <Title.$late> is
              <excuse=Excuse> <excuse> . \n\n
        Exchanges:
          11 <Exchange> <Exchanges>
          1 <Exchange>
        Ending:
          5 ( <Title.$late> comes in with a <colour> <thing> and <Junk> . ) \n\n <late> \n sorry , i was <excuse>
              . is there any <dish> left ? \n\n ( curtain . ) \n\n
          3 ( the <colour> <thing> falls on <Title.$thief> . ) \n\n <thief> \n all right , it was me . i sold it
              to a <Noun.s> and bought <Junk> . \n\n <owner> \n <price> pounds , please . \n\n ( curtain . ) \n\n
          2 ( the lights go out in <place> . ) \n\n <owner> \n who has my <thing> ? \n\n <thief> \n not me . ask
              the <Noun.s> . \n\n ( curtain . ) \n\n

        # ---- Exchanges: two or three turns ----
        Exchange:
          5 <a=Speaker-late> <a> \n <Search> <spot=Spot> <spot> , <b=Speaker-a-late> <Address.$b> ? \n\n <b> \n
              <Manner.$b> i looked <spot> . <Found> \n\n
          4 <a=Speaker-late> <a> \n <Late> \n\n <b=Speaker-a-late> <b> \n <Still> <excuse> . <Sigh.$b> \n\n
          3 <a=Speaker-owner-late> <a> \n <price> pounds for a <colour> <thing> ? <Barter> \n\n <owner> \n
              <Proud.$owner> \n\n
          4 <a=Speaker-late> <a> \n <Complaint> \n\n <b=Speaker-a-late> <b> \n <dish> is good for <Body> .
              <Sigh.$b> \n\n
          3 <a=Speaker-late> <a> \n <Weather.$weather> \n\n <b=Speaker-a-late> <b> \n in <place> ? <Doubt.$b> \n\n
          3 <a=Speaker-owner-late> <a> \n <Joke.$thing> <Story.$a> \n\n <owner> \n <Hurt> not my <colour> <thing>
              . \n\n
          4 <owner> \n someone here took my <thing> . was it you , <b=Speaker-owner-late> <Address.$b> ? \n\n <b>
              \n <Alibi> \n\n
          3 <thief> \n <Guilty> \n\n <b=Speaker-thief-late> <b> \n you talk like a thief , <Address.$thief> .
              <Sigh.$b> \n\n
          6 <a=Speaker-late> <a> \n <x=Noun.s> <y=Noun.s-x> <wise=Saying> <wise> . \n\n <b=Speaker-a-late> <b> \n
              <wise> ? <Doubt.$b> \n\n <a> \n <wise> . <Sigh.$a> \n\n
          6 <a=Speaker-late> <a> \n have you heard ? the <x=Noun.s> <x> <Did> the <y=Noun.s-x> <y> <When> . \n\n
              <b=Speaker-a-late> <b> \n the <x> ? and the <y> ? <Doubt.$b> \n\n <a> \n yes , and now the <y> <Feels>
              and the <x> <Feels> . \n\n
          3 ( <Noise> comes from <place> . ) \n\n <a=Speaker-late> <a> \n was that <Title.$late> ? \n\n
              <b=Speaker-a-late> <b> \n no , only <Junk> . <Sigh.$b> \n\n
          3 <a=Speaker-owner-late> <a> \n if we sell <Junk> , you can buy a new <thing> . \n\n <owner> \n for
              <price> pounds ? <Proud.$owner> \n\n
          5 <a=Speaker-owner-late> <a> \n <Story.$a> <Story.$a> \n\n <owner> \n <What> has that to do with my
              <thing> , <Address.$a> ? \n\n
        Search:
          3 did you look
          2 have you looked
          1 why don't you look
        Found:
          3 i found <Junk> and no <thing> .
          2 there was only <Junk> .
          2 <Junk> lives there now . no <thing> .
        Late:
          3 where is <Title.$late> ?
          2 is <Title.$late> here yet ?
          2 <Title.$late> owes me <Junk> .
        Still:
          3 still
          1 i think
          1 probably
        Barter:
          2 for that i would sell you a <Adj> <Noun.s> .
          2 i bought <Junk> for less .
          1 even the <Noun.s> laughs .
        Complaint:
          3 i can't eat <dish> again .
          3 there is a <Noun.s> in the <dish> .
          2 this <dish> tastes like a <Adj> <Noun.s> .
        Guilty:
          2 can we stop talking about the <thing> ? is there <dish> yet ?
          2 forget the <thing> . look , <Junk> !
          1 what <thing> ? i never saw a <colour> <thing> in my life .
        Alibi:
          3 me ? i was in <place> with <Junk> .
          2 ask <Title.$late> . nobody is <excuse> for so long .
          2 what would i do with a <colour> <thing> ? i have a <Adj> <Noun.s> .
        Feels:
          1 can't sleep
          1 wants to marry
          1 has moved in here
          1 smells of soap
          1 drinks
          1 never says a word
          1 is under the doctor
        What:
          3 what
          1 and what
        Hurt:
          2 how dare you !
          2 take that back !
          1 laugh if you like , but

        # ---- Who: six manners of speaking ----
        words Speaker: MABEL: BASIL: GUS: IRIS: DOC: PIP:
        words Title.MABEL: the_landlady
        words Title.BASIL: the_captain
        words Title.GUS: the_handyman
        words Title.IRIS: the_poet
        words Title.DOC: the_professor
        words Title.PIP: the_boy
        words Address.MABEL: madam
        words Address.BASIL: captain
        words Address.GUS: my_good_man
        words Address.IRIS: my_dear
        words Address.DOC: professor
        words Address.PIP: young_man
        words Cry.MABEL: murder_!
        words Cry.BASIL: all_hands_on_deck_!
        words Cry.GUS: small_problem_.
        words Cry.IRIS: oh_,_cruel_night_!
        words Cry.DOC: i_have_made_a_discovery_.
        words Cry.PIP: i_didn't_do_it_,_but
        words Manner.MABEL: on_my_knees_,_at_my_age_, for_what_you_pay_me_,
        words Manner.BASIL: by_lamp_and_by_compass_, like_a_sailor_,
        words Manner.GUS: sure_,_no_trouble_, with_the_big_hammer_,
        words Manner.IRIS: with_tears_in_my_eyes_, by_the_light_of_the_moon_,
        words Manner.DOC: for_purely_scientific_reasons_, in_nine_out_of_ten_cases_,
        words Manner.PIP: it_was_dark_,_but my_frog_and
        Sigh.MABEL:
          3 that isn't in the rent .
          2 <Story.MABEL>
        Sigh.BASIL:
          3 i have seen worse at sea .
          2 <Story.BASIL>
        Sigh.GUS:
          3 nothing that a nail can't fix .
          2 <Story.GUS>
        Sigh.IRIS:
          3 i shall write a sad poem about it .
          2 <Story.IRIS>
        Sigh.DOC:
          3 the figures don't lie .
          2 <Story.DOC>
        Sigh.PIP:
          3 my frog says so too .
          2 <Story.PIP>
        Story.MABEL:
          2 my <Nth> husband <Did> a <Noun.s> <When> .
          1 a <Noun.s> is <Price> pounds extra .
          1 in my house , no <Noun.s> has ever <Did> a <Noun.s> .
        Story.BASIL:
          2 on my <Nth> ship we <Did> <Junk> <When> .
          1 a captain and his <Noun.s> are never parted .
          1 a <Adj> <Noun.s> saved my life .
        Story.GUS:
          2 give me a <Noun.s> , a <Noun.s> and <Count> nails .
          1 i <Did> a <Noun.s> like that <When> .
          1 it only needs a <Adj> <Noun.s> .
        Story.IRIS:
          2 o <Adj> <Noun.s> , o <Adj> <Noun.s> !
          1 my heart is a <Noun.s> that someone <Did> .
          1 once i loved a <Adj> <Noun.s> .
        Story.DOC:
          2 <Count> in ten <Noun.p> have <Did> a <Noun.s> .
          1 the average <Noun.s> is <Adj> and <Adj> .
          1 i once <Did> <Count> <Noun.p> to prove it .
        Story.PIP:
          2 my frog <Did> a <Noun.s> <When> !
          1 why is the <Noun.s> so <Adj> ?
          1 can i have a <Noun.s> ?
        Proud.MABEL:
          1 it was <price> pounds well spent , and you owe me for the <Noun.s> .
        Proud.BASIL:
          1 i won it from a <Adj> <Noun.s> . it was worth double .
        Proud.GUS:
          1 i know a <Noun.s> . he said <price> , i said <price> .
        Proud.IRIS:
          1 beauty has no price . this one had , and it was <price> .
        Proud.DOC:
          1 the average <thing> costs <Price> , and has no <Noun.s> .
        Proud.PIP:
          1 it was all my money , and the <Noun.s> was free .
        Doubt.MABEL:
          2 not in my house .
          1 <Story.MABEL>
        Doubt.BASIL:
          2 then i am a mermaid .
          1 <Story.BASIL>
        Doubt.GUS:
          2 i would check the pipes .
          1 <Story.GUS>
        Doubt.IRIS:
          2 how lovely , and how sad .
          1 <Story.IRIS>
        Doubt.DOC:
          2 please define your terms .
          1 <Story.DOC>
        Doubt.PIP:
          2 cool .
          1 <Story.PIP>

        # ---- Jokes that a thing, or the weather, brings ----
        words Joke.parrot: at_least_it_can't_tell_us_who_did_it_.
        words Joke.trombone: the_neighbours_are_dancing_in_the_street_.
        words Joke.piano: who_walks_away_with_a_piano_?
        words Joke.goose: it_knew_what_was_for_dinner_.
        words Joke.ladder: then_someone_is_still_on_the_roof_.
        words Joke.kettle: no_tea_?_then_it_is_war_.
        words Joke.canoe: it_had_more_holes_than_wood_.
        words Joke.wig: look_for_a_happy_bald_man_.
        words Joke.cactus: follow_the_screams_.
        words Joke.other: good_._i_fell_over_it_every_morning_.
        words Weather.rain: it_has_rained_since_the_flood_.
        words Weather.fog: i_can't_see_my_own_feet_in_this_fog_.
        words Weather.snow: the_snow_is_up_to_the_windows_.
        words Weather.heat: it_is_so_hot_that_the_candles_bend_.
        words Weather.wind: the_wind_took_another_chimney_.

        # ---- Things and sayings ----
        Junk:
          4 a <Adj> <Noun.s>
          3 <Count> <Noun.p>
          2 <Count> <Adj> <Noun.p>
          2 somebody's <Noun.s>
        Saying:
          1 every <x> needs a <y>
          1 a wet <x> never lies to a <y>
          1 never lend your <x> to a <y>
          1 he who laughs at the <x> has no <y>
          1 you can't iron a <x> with a <y>
          1 a <x> is only a sad <y>
          1 even a broken <x> likes a <y> on sundays
          1 what the <x> knows , the <y> sings

        # ---- Words ----
        words Place: the_kitchen the_cellar the_garden the_attic the_lounge the_laundry the_library the_bathroom
        words Weather: rain fog snow heat wind
        words Colour: purple golden tiny second-hand haunted striped folding rusty velvet leaking
        words Thing: umbrella parrot trombone teapot goose ladder kettle piano canoe wig telescope harmonica cactus
          barometer
        words Price: three seven nine twelve forty sixty ninety two_hundred
        words Dish: cabbage_soup cold_porridge boiled_eel turnip_pie fish_pudding burnt_toast grey_custard
          beetroot_jelly
          mutton_stew goat_cheese nettle_soup prune_salad
        words Excuse: stuck_in_the_lift asleep_in_the_bath at_the_dentist hiding_from_the_postman feeding_the_pigeons
          lost_in_the_fish_market arguing_with_a_policeman locked_in_the_wardrobe chasing_a_hat writing_to_the_queen
        words Spot: under_the_bed behind_the_clock in_the_oven up_the_chimney inside_the_cow in_the_soup
          below_the_stairs
          on_top_of_the_bishop between_the_curtains down_the_well in_the_other_boot behind_the_wallpaper
        words Noun: bishop/bishops postman/postmen widow/widows goat/goats sock/socks spoon/spoons dentist/dentists
          candle/candles trumpet/trumpets suitcase/suitcases turnip/turnips pigeon/pigeons barber/barbers
          lobster/lobsters
          bucket/buckets duchess/duchesses plumber/plumbers sausage/sausages judge/judges moustache/moustaches
          sofa/sofas
          tailor/tailors button/buttons nephew/nephews camel/camels
        words Adj: nervous wooden polite suspicious wet romantic famous bald sleepy musical dangerous lonely soft
          patriotic
          pompous philosophical
        words Did: painted married buried kissed weighed insulted ironed polished borrowed followed swallowed adopted
        words Count: two three four five eleven
        words Nth: first second third seventh
        words When: last_night before_breakfast during_the_war for_money by_accident with_a_fork in_public on_a_bet
        words Noise: a_loud_crash a_long_whistle a_strange_smell a_sad_song a_terrible_scream soft_applause
        words Body: the_knees the_brain the_nerves the_liver the_soul the_eyebrows your_memory
        """;
}
