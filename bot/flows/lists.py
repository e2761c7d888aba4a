"""The options of closed questions. Names only; what a person reads is in content/. A name never changes its meaning."""

ROLES = ("harmed", "supporting", "caused_harm", "not_sure")
AGE_BANDS = ("under_16", "16_17", "18_plus", "rather_not_say")
AGES = {"under_16": (0, 15), "16_17": (16, 17), "18_plus": (18, 120)}

THIS_CHAT = "this_chat"
CONTACT_ROUTES = ("phone", "text", "whatsapp", "email", "letter", "support_worker", THIS_CHAT)
# A chat in which somebody else refers them is not a way to reach the person.
ROUTES_ELSEWHERE = tuple(route for route in CONTACT_ROUTES if route != THIS_CHAT)
BY_NUMBER = ("phone", "text", "whatsapp")
BY_MESSAGE = ("text", "whatsapp", "email")

DAYS = ("any_day", "monday", "tuesday", "wednesday", "thursday", "friday")
SAFE_FOR = ("no_end", "one_week", "two_weeks", "one_month", "not_sure")
TIMES = ("any_time", "early_morning", "late_morning", "early_afternoon", "late_afternoon")

# The 32 council areas of Scotland (Local Government etc. (Scotland) Act 1994), in the order of the alphabet.
COUNCIL_AREAS = (
    "aberdeen_city",
    "aberdeenshire",
    "angus",
    "argyll_and_bute",
    "city_of_edinburgh",
    "clackmannanshire",
    "dumfries_and_galloway",
    "dundee_city",
    "east_ayrshire",
    "east_dunbartonshire",
    "east_lothian",
    "east_renfrewshire",
    "falkirk",
    "fife",
    "glasgow_city",
    "highland",
    "inverclyde",
    "midlothian",
    "moray",
    "na_h_eileanan_siar",
    "north_ayrshire",
    "north_lanarkshire",
    "orkney_islands",
    "perth_and_kinross",
    "renfrewshire",
    "scottish_borders",
    "shetland_islands",
    "south_ayrshire",
    "south_lanarkshire",
    "stirling",
    "west_dunbartonshire",
    "west_lothian",
    "outside_scotland",
    "not_sure",
    "rather_not_say",
)

ACCESS_NEEDS = (
    "none",
    "bsl",
    "large_print",
    "easy_read",
    "text_only",
    "breaks",
    "support_person",
    "hearing",
    "sight",
    "reading",
    "memory",
    "getting_about",
    "sensory",
    "other",
)
LANGUAGES = (
    "scots",
    "gaelic",
    "bsl",
    "polish",
    "urdu",
    "punjabi",
    "cantonese",
    "mandarin",
    "arabic",
    "ukrainian",
    "romanian",
    "french",
    "spanish",
    "hindi",
    "bengali",
    "farsi",
    "kurdish",
    "tigrinya",
    "vietnamese",
    "portuguese",
    "russian",
    "lithuanian",
    "other",
)
WORKER_PREFERENCES = ("no_preference", "woman", "man", "talk_about_it")

RELATIONSHIPS = (
    "partner",
    "ex_partner",
    "parent",
    "step_parent",
    "own_child",
    "sibling",
    "other_family",
    "friend",
    "work_or_group",
    "stranger",
    "online",
    "group",
    "more_than_one",
    "not_sure",
    "rather_not_say",
)
HARMS = (
    "domestic_abuse",
    "sexual_harm_adult",
    "sexual_harm_child",
    "domestic_and_sexual",
    "stalking",
    "other",
    "rather_not_say",
)
WHEN = ("recent", "last_12_months", "1_to_5_years", "over_5_years", "childhood", "ongoing", "rather_not_say")

JUSTICE_STAGES = (
    "not_reported",
    "thinking_about_it",
    "police_looking",
    "with_fiscal",
    "not_prosecuted",
    "waiting_for_trial",
    "trial_under_way",
    "waiting_for_sentence",
    "community_sentence",
    "in_prison",
    "on_licence",
    "sentence_finished",
    "not_guilty",
    "childrens_hearing",
    "another_country",
    "not_sure",
    "rather_not_say",
)
PLACES = ("community", "custody", "not_sure", "rather_not_say")
ORDERS = (
    "none",
    "bail",
    "police_undertaking",
    "non_harassment",
    "interdict",
    "exclusion",
    "sexual_harm_order",
    "domestic_abuse_order",
    "licence",
    "other",
    "not_sure",
    "rather_not_say",
)
ANY_ORDER = tuple(order for order in ORDERS if order not in {"none", "rather_not_say"})

HOPES = (
    "ask_questions",
    "be_heard",
    "explain_impact",
    "apology",
    "know_more",
    "feel_safer",
    "closure",
    "something_else",
    "not_sure",
)
FORMS = ("meet", "video", "letter", "through_facilitator", "letter_not_sent", "not_sure")
SUPPORTERS = ("worker", "organisation", "friend_or_family", "gp", "counsellor", "other", "none")
PROFESSIONALS = ("worker", "organisation", "gp", "counsellor", "other")

# What a worker tells of the person's agreement. Whatever the person did not agree to share is not asked.
HOW_AGREED = ("spoken", "written", "online")
WHEN_AGREED = ("today", "this_week", "earlier")
MAY_BE_SHARED = (
    "part_about_you",
    "part_safety",
    "part_what_happened",
    "part_justice",
    "part_hopes",
    "part_worker",
    "only_contact",
)
YES_NO_NOT_SURE = ("yes", "no", "not_sure")
# Of a risk assessment (in Scotland the DASH risk checklist) only what was reported: nothing here is worked out.
RISK_LEVELS = ("high", "medium", "standard", "not_sure")
PROCESSES = ("none", "adult", "child", "not_sure")
AGENCIES = ("none", "advocacy", "social_work", "police", "health", "housing", "other")
EXPLAINED = ("what_it_is", "voluntary", "no_promises", "nothing_yet")
REFERRER_MAY_KNOW = ("contact_made", "taking_part", "nothing")

HEARD_FROM = ("support_worker", "friend", "police_or_court", "website", "social_media", "event", "other")

# Restorative cafes. The places a chat has for them (policy.cafes.SLOTS); which cafe is in each is a fact.
CAFES = ("cafe_1", "cafe_2", "cafe_3", "cafe_4", "cafe_5", "cafe_6")
SECTORS = (
    "council",
    "police",
    "courts",
    "prisons",
    "social_work",
    "health",
    "education",
    "housing",
    "charity",
    "other",
)
NEEDED_AT_A_CAFE = (
    "none",
    "bsl",
    "captions",
    "large_print",
    "easy_read",
    "hearing",
    "sight",
    "step_free",
    "sensory",
    "other",
)
WORKS_WITH_IT = ("none", "some", "practising")
HOW_MUCH = ("nothing_yet", "a_little", "some_of_it", "quite_a_lot", "a_great_deal")
USEFUL = ("talking_together", "hearing_examples", "asking_questions", "meeting_people", "materials", "none")
BARRIERS = ("knowledge", "capacity", "funding", "rules", "risk_worries", "politics", "other", "none")
NEEDS = ("training", "materials", "contact", "examples", "other", "none")

# Consents a case may hold: without the first three nobody may keep it or be in touch, the others stand by themselves.
ENDS_ALL = ("keep_answers", "be_contacted", "accept")
OF_ITS_OWN = ("share_with_support", "wraparound")
CONSENTS = (*ENDS_ALL, *OF_ITS_OWN)
PAUSES = ("one_week", "two_weeks", "one_month", "no_end")
