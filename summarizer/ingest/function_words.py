"""Function words of the languages that Italian articles are mixed up with: articles, prepositions, auxiliaries.

Data only. The Italian list is long because the decision is always "Italian or not"; the others hold the commonest.
"""

from __future__ import annotations

from typing import Final

FUNCTION_WORDS: Final[dict[str, frozenset[str]]] = {
    language: frozenset(words.split())
    for language, words in {
        "it": """
            il lo la i gli le l un uno una di a da in con su per tra fra del dello della dei degli delle dell al allo
            alla ai agli alle all dal dallo dalla dai dagli dalle dall nel nello nella nei negli nelle nell sul sullo
            sulla sui sugli sulle sull e ed o od ma però anche non che chi cui quale quali come dove quando perché se
            più meno molto è sono era erano ha hanno aveva stato stata stati state essere avere sia siano sarà saranno
            può possono questo questa questi queste quello quella quelli quelle quest quell suo sua suoi loro si ci ne
            mi ti vi lui lei noi voi c cosa già ancora dopo prima secondo tutti tutto dopo durante contro senza sotto
            sopra mentre così poi solo dopo oggi ieri proprio ogni nostro nostra fatto due anni ho hai
            abbiamo avete fu mio mia miei mie tuo tua nostri nostre nessuno nulla niente qui là lì""",
        "en": """
            the of and to in a is that for it on was with as be by at this have from or an are not but had were his
            they which you their has been one all would there we he she her will said who more when if no out so what up
            its about into than them can only other some could time these two may then do first any my now such like our
            over also after before between because while during against says its year years new people""",
        "fr": """
            le la les l un une des du de d et en à au aux est que qui qu dans pour sur pas par plus avec ne se ce cette
            ces il elle ils elles nous vous je on sont a ont été être avoir fait mais ou où comme tout tous son sa ses
            leur leurs c s n j deux après avant sans sous entre aussi même si très depuis lors selon contre chez donc
            était dont cet peut ans""",
        "es": """
            el la los las un una unos unas de del al y e en a que es por con no se su sus lo para como más pero le ya o
            este esta estos estas ese esa hay ha han fue ser son era está están si sin sobre entre también hasta desde
            cuando muy donde quien todo todos nos durante uno ni contra otros porque qué dos años según tras ante así
            había sido tiene""",
        "pt": """
            o a os as um uma de do da dos das em no na nos nas e que é não se por para com como mais mas ao aos à às ou
            foi ser são está estão era tem têm seu sua seus suas ele ela eles elas isso este esta esse essa já também
            só pelo pela pelos pelas até sem entre depois quando muito há nós você eu dois anos após sobre segundo
            havia disse""",
        "de": """
            der die das den dem des ein eine einer einem einen eines und in zu von mit im für auf ist nicht sich auch es
            an werden aus er hat dass sie nach wird bei um am sind noch wie über so zum war haben nur oder aber vor zur
            bis mehr durch man sein wurde ich wir ihr seine als unter wenn kann gegen vom schon jahr jahre""",
        "nl": """
            de het een van en in is dat op te zijn met voor niet aan er om ook als dan maar bij of uit nog naar heeft ze
            wordt door over hij was worden tot hun meer zich deze dit die wel geen kan veel al wat werd heb hebben jaar
            onder tegen""",
        "ro": """
            și de la a în cu pe care nu este sunt un o din pentru mai că sau dar fi fost ce al ale lui ei au am se prin
            după între către această acest acesta cel cea cei cele când fără unei unui sunt două ani era să""",
        "ca": """
            el la els les l un una uns unes de del dels d al als i en a amb per que és no es va ha han són ser està com
            més però seu seva seus seves aquest aquesta aquests o ni si ja també fins des sobre entre quan molt on hi
            ho això dos anys segons""",
        "sq": """
            të e në i dhe për një me që nga se është u më do ka kanë janë ishte si nuk por pas kjo ky tij saj tyre duke
            edhe mund deri vetëm kur ose këtë këto""",
        "pl": """
            i w na z do się nie że to jest o jak od za po przez ale dla tym oraz był była było są co tak czy ich jego
            jej może które który która już tylko roku przed pod""",
        "cs": """
            a v na se je z do s že o k i za po pro jako jsou byl byla bylo ale by podle který která které jeho její
            jejich také není už tak jen nebo před při roku mezi""",
        "hr": """
            i u je na se da za od s su o iz ne kao što koji koja koje ali bi bio bila bilo sam po te ili nije samo kako
            više do prema između godine biti još već""",
        "sv": """
            och i att det som en på är av för med den till inte har de om ett han var men från vi så kan efter vid också
            när hade sig sin under eller ska år skulle över""",
        "da": """
            og i at det er en til på som for med den af de ikke har et han var om men fra vi så kan efter ved også når
            havde sig sin eller skal år blev mod over""",
        "tr": """
            ve bir bu için ile da de olarak olan çok daha en ne gibi kadar sonra ancak ise değil göre olduğu var yok
            her o ama ki tarafından""",
    }.items()
}
