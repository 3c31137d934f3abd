"""Controls whose choice stands in the address."""

from apptest import complaints, opened


def test_a_choice_in_the_words_of_a_language_just_left_is_none(mnist_folder):
    app = opened("denoise", lang="de")
    # the browser has not heard of German yet, and says what it shows in English
    for box in app.selectbox:
        box.options = [box.format_func(box.value)]
    told = {box.options[0] for box in app.selectbox}
    app.run()
    assert "Gaussian noise" in told
    assert complaints(app) == [] and app.query_params == {"lang": "de"}
