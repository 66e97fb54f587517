"""What firms and assessors of the demonstration city write where their plan does not say."""

from collections.abc import Mapping

# What firms write where a plan does not say: by the question's key, or for any long answer.
TEXTS: Mapping[str, str] = {
    "solution": "We start with the people who have the problem and build only what they use in the first month. The parts "
    "exist and have been tried in two neighbouring towns; what is new is that they work together and that residents decide "
    "where. We put up the first of them within six weeks, look at the numbers together every fortnight, and move or remove "
    "what does not help. Nothing of it needs a smartphone, and everything can be read by anybody on one public page.",
    "benefit": "Today nobody measures it. We count before we begin, for four weeks, in the same places and hours. We then "
    "publish the same count every month. Success is a fall by a third within a year, shown by the city’s own counter and "
    "not by ours, and a yes from three in five of the people who were asked at the beginning and at the end.",
    "delivery": "Month 1: agreements and first count. Months 2 and 3: first three places. Months 4 to 9: the rest. Months 10 "
    "to 12: hand over to those who will keep it going. Two of us work on it full time and one half time; we have done this "
    "twice before. The largest risk is permission for the street; we have spoken to the officer in charge and have a second "
    "place for each first one.",
    "price_explained": "Staff 61 per cent, parts 22 per cent, fitting 9 per cent, evaluation 5 per cent, insurance 3 per "
    "cent. After the contract it costs the city about a twelfth of the price each year, which is mostly electricity and "
    "one day a month of somebody’s time.",
    "innovation": "People do this alone and badly today, each from the beginning. Our idea is that the street does it once, "
    "together, with tools that stay in the street. We have not found it anywhere else in this form, and we say openly which "
    "parts we borrowed.",
    "impact": "About four hundred people in the first year, most of them with less than the average income. We measure the "
    "bill, the temperature at seven in the morning, and whether they would do it again. All of it is published without "
    "names.",
    "plan": "We begin in March with ten households that have said yes. By June we know whether it works; if it does not, we "
    "stop and give back what is left. From July to December we do the other ninety. We need one van, two trained people and "
    "a room. The largest risk is a wet spring.",
    "costs": "Materials £14,000\nTwo trained people for nine months, part of their time £17,500\nRoom and van £4,200\n"
    "Evaluation by a neighbouring project £2,300",
}
COMMENTS: Mapping[int, str] = {
    1: "The answer touches on the question but gives no evidence, and it is not clear who would do what.",
    2: "Part of the question is answered; the figures are not explained and the risk in the second month is left open.",
    3: "A fair answer with clear steps. More evidence from where it was tried before would have made it stronger.",
    4: "A good answer: the steps are clear, the people have done it before, and the measure is honest.",
    5: "An excellent answer that names the people, the measure and what happens if it fails, with evidence for each.",
}
